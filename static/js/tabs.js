// On a narrow screen the tab of the page may lie beyond the edge: it is brought into view.

function show() {
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const tabs = tab.closest(".tabs");
    const before = tab.getBoundingClientRect().left - tabs.getBoundingClientRect().left;
    tabs.scrollLeft += before - (tabs.clientWidth - tab.offsetWidth) / 2;
  }
}

show();
addEventListener("resize", show);
