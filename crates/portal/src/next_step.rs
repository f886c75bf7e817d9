//! The one thing a signed-in person should do next, shown on top of the front page.
