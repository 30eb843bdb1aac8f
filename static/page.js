// Charts are as wide as they were on the screen: a view box lets them shrink to the paper (app.css, "@media print").
addEventListener("beforeprint", () => {
  for (const svg of document.querySelectorAll(".js-plotly-plot .main-svg"))
    svg.setAttribute("viewBox", `0 0 ${svg.width.baseVal.value} ${svg.height.baseVal.value}`);
});
addEventListener("afterprint", () => {
  for (const svg of document.querySelectorAll(".js-plotly-plot .main-svg")) svg.removeAttribute("viewBox");
});

// Popovers, lists of choices and dialogs are drawn beside the app: light-dark() finds the app's scheme on the page.
{
  const app = document.querySelector('[data-testid="stApp"]');
  const follow = () => (document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme);
  follow();
  new MutationObserver(follow).observe(app, { attributeFilter: ["class"] });
}
