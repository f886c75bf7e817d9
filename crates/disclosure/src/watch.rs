//! Watchmen of public information: they look at rows and may run twice.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use jobs::{Failed, Runner, Sweep};
use web::App;

use crate::publicity::Following;
use crate::{actions, store};

/// Registers them.
pub fn register(runner: Runner, app: &App) -> Runner {
    runner.sweep("disclosure-due", SignedDuration::from_mins(1), Arc::new(DueArticles(app.clone()))).sweep(
        "disclosure-permits",
        SignedDuration::from_mins(10),
        Arc::new(Following(app.clone())),
    )
}

/// Publishes what was approved for a later instant, and takes down what was planned to end.
struct DueArticles(App);

#[async_trait::async_trait]
impl Sweep for DueArticles {
    async fn sweep(&self, now: Timestamp) -> Result<(), Failed> {
        let app = &self.0;
        let again = |fault: db::Fault| Failed::Again(fault.to_string());
        for bureau in identity::bureaus::all(&mut app.db.clone()).await.map_err(again)? {
            for id in store::due(&mut app.db.clone(), &bureau.code, now).await.map_err(again)? {
                match actions::come_due(app, &bureau.code, &id, now).await {
                    // Somebody moved it meanwhile, or another node was quicker: the next round looks again.
                    Ok(())
                    | Err(
                        crate::Fault::NotOpen(_) | crate::Fault::Overtaken { .. } | crate::Fault::Unknown,
                    ) => {}
                    Err(crate::Fault::Store(fault)) => return Err(again(fault)),
                    Err(fault) => tracing::error!(%fault, id, "an article could not be moved"),
                }
            }
        }
        Ok(())
    }
}
