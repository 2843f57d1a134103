
(function () {
  "use strict";
  var exit = document.getElementById("exit");
  var said = document.getElementById("exit-said");
  var pressed = [];
  // The page goes blank at once, loses its name, and "back" does not lead to it again.
  function leave(event) {
    if (event) { event.preventDefault(); }
    document.documentElement.className = "left";
    document.title = "Weather";
    window.location.replace(exit.href);
  }
  function count(event) {
    if (event.repeat) { return; }
    if (event.key !== "Escape" && event.key !== "Shift") { pressed = []; said.textContent = ""; return; }
    var now = Date.now();
    pressed = pressed.filter(function (each) { return now - each < 5000; });
    pressed.push(now);
    said.textContent = pressed.length === 1 ? "Press it two more times to exit." : "Press it once more to exit.";
    if (pressed.length === 3) { leave(); }
  }
  exit.addEventListener("click", leave);
  document.addEventListener("keydown", count);
}());
