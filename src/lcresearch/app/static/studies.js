// Pages of studies: what is wrong with a form is read out and reached first.
const faults = document.querySelector("[data-faults]");
if (faults) faults.focus();
