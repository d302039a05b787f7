// Follows a task that runs, and goes to the page with what came of it.

const place = document.querySelector("[data-job]");
const bar = place.querySelector("progress");
const step = place.querySelector("[data-step]");
const steps = place.querySelector("[data-steps]");

const follow = async () => {
  try {
    const answer = await fetch(place.dataset.job, { headers: { accept: "application/json" } });
    const job = await answer.json();
    if (!answer.ok || job.state !== "running") {
      window.location.reload();
      return;
    }
    bar.value = job.share;
    if (step.textContent !== job.step) step.textContent = job.step;
    while (steps.children.length < job.steps.length) {
      const line = document.createElement("li");
      line.textContent = job.steps[steps.children.length];
      steps.append(line);
    }
  } catch {
    // the server may be busy or gone; the page stays as it is and asks again
  }
  window.setTimeout(follow, 500);
};

follow();
