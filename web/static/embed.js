/* <script src="https://…/embed.js" data-solution="SLUG" data-theme="light|dark" async></script>
   puts the newest open jobs of a solution where the script stands. Without data-theme it follows the reader's system. */
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script || !script.dataset.solution) return;
  var site = new URL(script.src);
  var address = new URL("embed/solutions/" + encodeURIComponent(script.dataset.solution), site);
  if (script.dataset.theme) address.searchParams.set("theme", script.dataset.theme);
  var frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = script.dataset.title || "Open jobs";
  frame.loading = "lazy";
  frame.width = "100%";
  frame.height = "560";
  frame.setAttribute("frameborder", "0");
  script.parentNode.insertBefore(frame, script.nextSibling);
  window.addEventListener("message", function (event) {
    var height = event.data && event.data.climateJobsHeight;
    if (event.source === frame.contentWindow && event.origin === site.origin && height > 0 && height < 5000) {
      frame.height = String(Math.ceil(height));
    }
  });
})();
