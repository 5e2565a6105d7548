// Before anything is drawn: pages that fold controls away do so only where a script can unfold them.
document.documentElement.classList.add("has-script");
