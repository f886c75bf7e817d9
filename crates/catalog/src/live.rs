//! The catalogue of a running site: the files of the program, with what its officers have reviewed laid over them. Pages ask
//! `App` for the [`Catalogue`] and get the snapshot of the moment; a change puts another snapshot in its place.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use db::{Db, Exec};
use jiff::Timestamp;
use jiff::civil::Date;
use jobs::{Failed, Sweep};
use web::App;

use crate::catalogue::{Catalogue, SourceFile};
use crate::change::Change;
use crate::fault::Fault;
use crate::store;
use crate::text::{self, Text};

/// Where the snapshots of a site come from, and how old the newest is.
pub struct Live {
    files: Vec<SourceFile>,
    seen: Mutex<Option<Seen>>,
}

/// By which a snapshot is known to be old: the day, and the marks of both tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    day: Date,
    texts: (i64, i64),
    changes: (i64, i64),
}

/// What a site has reviewed.
#[derive(Clone, Debug, Default)]
pub struct Reviewed {
    pub texts: Vec<Text>,
    pub national: Vec<Change>,
    pub below: std::collections::BTreeMap<String, Vec<Change>>,
}

impl Live {
    /// Over the files compiled into the program.
    pub fn embedded() -> Live {
        Live::over(Catalogue::embedded_files())
    }

    pub fn over(files: Vec<SourceFile>) -> Live {
        Live { files, seen: Mutex::default() }
    }

    /// The snapshot of a day, read from the database.
    ///
    /// # Errors
    /// When the database is away, or the program's own files can't be read.
    pub async fn snapshot(&self, db: &Db, day: Date) -> Result<Catalogue, Fault> {
        let seen = marks(&mut db.clone(), day).await?;
        let catalogue = self.build(db, day).await?;
        self.remember(seen);
        Ok(catalogue)
    }

    async fn build(&self, db: &Db, day: Date) -> Result<Catalogue, Fault> {
        let mut on = db.clone();
        let mut reviewed = Reviewed {
            texts: store::texts::reviewed(&mut on).await?,
            national: store::changes::reviewed(&mut on).await?,
            below: store::changes::reviewed_below(&mut on).await?,
        };
        loop {
            let catalogue = self.laid(reviewed.clone(), day).await?;
            match store::record_current(&mut on, &catalogue).await {
                Ok(()) => {
                    store::editions::record_local(db, &catalogue).await?;
                    return Ok(catalogue);
                }
                // A release has taken the number that a text here has: the site goes on with what the release says.
                Err(Fault::EditionChanged { slug, version }) if reviewed.leave_out(&slug) => {
                    tracing::error!(
                        slug,
                        version,
                        "a reviewed text has a version that is taken and is left out"
                    );
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Reading all files is work of the processor: it doesn't hold up the threads that serve connections.
    async fn laid(&self, reviewed: Reviewed, day: Date) -> Result<Catalogue, Fault> {
        let files = self.files.clone();
        let laid = tokio::task::spawn_blocking(move || lay(files, reviewed, day)).await;
        laid.unwrap_or_else(|died| std::panic::resume_unwind(died.into_panic()))
    }

    fn remember(&self, seen: Seen) {
        *self.seen.lock().expect("nothing panics inside") = Some(seen);
    }

    fn is_fresh(&self, seen: Seen) -> bool {
        *self.seen.lock().expect("nothing panics inside") == Some(seen)
    }
}

impl Reviewed {
    /// Takes the texts of an item of the national list out; whether there were any.
    fn leave_out(&mut self, slug: &str) -> bool {
        let folder = format!("items/{slug}/");
        let before = self.texts.len();
        self.texts.retain(|text| !text.files.iter().any(|file| file.path.starts_with(&folder)));
        self.texts.len() < before
    }
}

async fn marks(on: &mut impl Exec, day: Date) -> Result<Seen, Fault> {
    Ok(Seen { day, texts: store::texts::mark(on).await?, changes: store::changes::mark(on).await? })
}

/// Lays what was reviewed over the program's files. A text that this program can't read any more is left out and named in the
/// log: one bureau's text doesn't stop all others.
///
/// # Errors
/// When the program's own files can't be read.
pub fn lay(program: Vec<SourceFile>, reviewed: Reviewed, day: Date) -> Result<Catalogue, Fault> {
    let mut laid = text::in_force(&program, &reviewed.texts, day);
    let base = Catalogue::of_files(program)?;
    let catalogue = loop {
        match base.with_files(&laid) {
            Ok(catalogue) => break catalogue,
            Err(fault) => {
                let Some(file) = named(&fault).filter(|file| laid.iter().any(|one| one.path == *file)) else {
                    return Err(fault);
                };
                tracing::error!(%fault, "a reviewed text can't be read and is left out");
                laid.retain(|one| one.path != file);
            }
        }
    };
    Ok(catalogue.with_changes(reviewed.national).with_own_changes(reviewed.below))
}

fn named(fault: &Fault) -> Option<String> {
    match fault {
        Fault::Unreadable { file, .. } | Fault::Incomplete { file, .. } => Some(file.clone()),
        _ => None,
    }
}

/// Puts a newer snapshot in place when the day has changed or something was reviewed, on this node or another.
///
/// # Errors
/// As [`Live::snapshot`]; the old snapshot stays.
pub async fn refresh(app: &App) -> Result<bool, Fault> {
    let Some(live) = app.try_part::<Live>() else { return Ok(false) };
    let mut on = app.db.clone();
    let seen = marks(&mut on, app.today()).await?;
    if live.is_fresh(seen) {
        return Ok(false);
    }
    replace(app, &live, seen).await?;
    Ok(true)
}

/// As [`refresh`], after something was written on this node: the clock may not have moved since.
///
/// # Errors
/// As [`refresh`].
pub async fn renew(app: &App) -> Result<(), Fault> {
    let Some(live) = app.try_part::<Live>() else { return Ok(()) };
    let seen = marks(&mut app.db.clone(), app.today()).await?;
    replace(app, &live, seen).await
}

async fn replace(app: &App, live: &Live, seen: Seen) -> Result<(), Fault> {
    let catalogue = live.build(&app.db, seen.day).await?;
    app.replace_part(Arc::new(catalogue));
    live.remember(seen);
    Ok(())
}

/// Looks whether something has become effective.
pub struct Watch(pub App);

#[async_trait]
impl Sweep for Watch {
    async fn sweep(&self, _now: Timestamp) -> Result<(), Failed> {
        refresh(&self.0).await.map_err(|fault| Failed::Again(fault.to_string()))?;
        Ok(())
    }
}
