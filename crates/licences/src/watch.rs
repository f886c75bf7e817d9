//! What licences have watched and done in the background.

use std::sync::Arc;

use jiff::SignedDuration;
use jobs::Runner;
use web::App;

use crate::elicence::Pauses;
use crate::elicence::bulk::{Bulks, JOB, Work};
use crate::remind::Reminders;

/// Registers it.
pub fn register(runner: Runner, app: &App) -> Runner {
    runner
        .handle(JOB, Arc::new(Work(app.clone())))
        .sweep("licence-reminders", SignedDuration::from_hours(6), Arc::new(Reminders::new(app.db.clone())))
        .sweep("licence-pauses", SignedDuration::from_mins(10), Arc::new(Pauses(app.clone())))
        .sweep("licence-bulks", SignedDuration::from_mins(10), Arc::new(Bulks(app.clone())))
}
