//! What an editor of the national list writes into: a draft that is open, or a new one.

use std::sync::Arc;

use axum::response::Response;
use identity::Officer;
use jiff::civil::Date;
use web::{Answer, App, Fields, Flash};

use super::{by, seen, text_at, unknown};
use crate::catalogue::{Catalogue, NATION, SourceFile};
use crate::fault::Fault;
use crate::store::{self, texts::Written};
use crate::text::{self, Text};

/// The list as the draft would leave it, and the draft.
pub struct Pen {
    pub catalogue: Arc<Catalogue>,
    pub text: Option<Text>,
}

impl Pen {
    /// A new draft for an empty name.
    ///
    /// # Errors
    /// When there is no such draft of the national list, or it is no longer open.
    pub async fn at(app: &App, id: &str) -> Answer<Pen> {
        let live = app.part::<Catalogue>();
        if id.is_empty() {
            return Ok(Pen { catalogue: live, text: None });
        }
        let text = store::texts::one(&mut app.db.clone(), NATION, id).await?.ok_or_else(unknown)?;
        if !text.is_open() {
            return Err(Fault::TextClosed(text.state.says(), "修改").into());
        }
        Ok(Pen { catalogue: Arc::new(live.with_files(&text.files)?), text: Some(text) })
    }

    /// Puts the draft's reason and day into a form, or today's for a new one.
    pub fn begin(&self, app: &App, typed: &mut Fields) {
        let (why, day) = match &self.text {
            Some(text) => (text.why.clone(), text.effective),
            None => (String::new(), app.today()),
        };
        typed.0.insert("why".into(), vec![why]);
        typed.0.insert("effective".into(), vec![day.to_string()]);
    }

    /// Name of the draft in addresses; empty for a new one.
    pub fn id(&self) -> &str {
        self.text.as_ref().map(|text| text.id.as_str()).unwrap_or_default()
    }

    /// The files of the draft with newer ones written over them, as they would take effect on a day: what says nothing new is left
    /// out, and every item whose text changes gets a version of its own.
    ///
    /// # Errors
    /// What keeps the files from being read, or the database.
    pub async fn files(
        &self,
        app: &App,
        newer: Vec<SourceFile>,
        day: Date,
    ) -> Result<Vec<SourceFile>, Fault> {
        let live = app.part::<Catalogue>();
        let before = self.text.iter().flat_map(|text| &text.files);
        let mut files: Vec<SourceFile> =
            before.filter(|file| !newer.iter().any(|one| one.path == file.path)).cloned().collect();
        files.extend(newer);
        // Heads of other items are in the draft for their version's sake only: they are raised again from what is in force now.
        let own = self.text.as_ref().map(|text| text.item.as_str());
        let lent = |file: &SourceFile| {
            text::item_of_head(&file.path)
                .is_some_and(|slug| own.is_some_and(|own| own != slug) && live.item(slug).is_some())
        };
        files.retain(|file| !lent(file) && text::says_anything_new(&live, file));
        let taken = store::versions_known(&mut app.db.clone()).await?;
        text::dated(&live, text::raised(&live, files, day, &taken)?, day)
    }

    /// Keeps what was written, in the version of the draft that the editor saw.
    ///
    /// # Errors
    /// [`Fault::TextChangedMeanwhile`] tells the second of two editors who was first.
    pub async fn keep(
        &self,
        app: &App,
        officer: &Officer,
        item: &str,
        written: &Written,
        version: i64,
    ) -> Result<String, Fault> {
        let mut tx = app.db.begin().await?;
        let id = match &self.text {
            Some(text) => {
                let place = (NATION, text.id.as_str(), version);
                store::texts::write(&mut tx, place, written, by(officer), app.now()).await?;
                text.id.clone()
            }
            None => {
                let id = app.new_id();
                store::texts::draft(&mut tx, (NATION, &id, item), written, by(officer), app.now()).await?;
                id
            }
        };
        tx.commit().await?;
        Ok(id)
    }

    /// The version of the draft that the editor saw; 0 for a new one.
    ///
    /// # Errors
    /// When the form doesn't say it.
    pub fn version(&self, sent: &Fields) -> Answer<i64> {
        if self.text.is_some() { seen(sent.get("version")) } else { Ok(0) }
    }
}

/// To the draft, where what must still be mended is told.
pub fn saved(app: &App, id: &str) -> Response {
    Flash::done("草稿已保存。请看过差别和预览以后提交审核。").redirect(app, &text_at(NATION, id))
}
