/* Tells the page around an embedded list how tall the list is. */
(function () {
  "use strict";
  if (window.parent === window) return;
  new ResizeObserver(function () {
    window.parent.postMessage({ climateJobsHeight: document.body.getBoundingClientRect().height }, "*");
  }).observe(document.body);
})();
