/* Runs only where ES modules are unknown: says that this browser cannot be used. */
document.getElementById("old-browser").hidden = false;
