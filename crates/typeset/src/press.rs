//! The press: from a paper to bytes.

use crate::templates::SHIPPED;
use crate::world::{Desk, Workshop};
use crate::{display, inspect, manuscript, prints, seal};
use papers::{Kind, Paper, SealFace, SealPicture, SealPrint, TypesetFault, Typesetter};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::Smart;
use typst::utils::Scalar;
use typst_layout::{Page, PagedDocument};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use typst_render::RenderOptions;
use typst_svg::SvgOptions;

/// Sets papers with the templates and fonts of this program.
///
/// Layout is work for the processor (a few milliseconds optimised, tens of them in a debug build): call it
/// from a blocking thread.
pub struct Press {
    templates: Vec<(String, String)>,
    /// Fonts of the office's own.
    fonts: Option<PathBuf>,
    /// Reading the fonts takes about a tenth of a second, so the first paper pays for it, not the start.
    workshop: OnceLock<Workshop>,
    /// The last documents with what they were set from: a paper is sealed, and its reading copy is asked for at once.
    recent: Mutex<VecDeque<Recent>>,
}

struct Recent {
    kind: Kind,
    /// What the template read.
    data: Vec<u8>,
    document: Arc<PagedDocument>,
}

/// Enough for the two sheets of a licence and a letter, by two officers at once.
const RECENT: usize = 6;

impl Default for Press {
    fn default() -> Self {
        Press::new()
    }
}

impl Press {
    pub fn new() -> Press {
        Press::with_templates(SHIPPED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
    }

    /// A press that also knows the fonts in a folder, which need not be there. They only stand in for characters that the
    /// shipped fonts lack, so papers without such characters stay the same bytes.
    pub fn with_fonts(folder: impl Into<PathBuf>) -> Press {
        Press { fonts: Some(folder.into()), ..Press::new() }
    }

    /// A press with other templates (file name and text), for whoever works on the wording.
    pub fn with_templates(templates: impl IntoIterator<Item = (String, String)>) -> Press {
        Press {
            templates: templates.into_iter().collect(),
            fonts: None,
            workshop: OnceLock::new(),
            recent: Mutex::default(),
        }
    }

    /// Reads the fonts now instead of with the first paper.
    pub fn warm(&self) {
        self.workshop();
    }

    fn workshop(&self) -> &Workshop {
        self.workshop.get_or_init(|| Workshop::new(&self.templates, self.fonts.as_deref()))
    }

    /// The laid-out document, looked over: shape of the data, warnings, page count, missing glyphs.
    pub(crate) fn set(&self, paper: &Paper) -> Result<Arc<PagedDocument>, TypesetFault> {
        paper.check().map_err(TypesetFault::Data)?;
        let data = manuscript::of(paper)?;
        if let Some(document) = self.known(paper.kind, &data) {
            return Ok(document);
        }
        let document = Arc::new(self.newly_set(paper, data.clone())?);
        let mut recent = self.recent.lock().expect("nothing panics inside");
        recent.truncate(RECENT - 1);
        recent.push_front(Recent { kind: paper.kind, data, document: document.clone() });
        Ok(document)
    }

    fn known(&self, kind: Kind, data: &[u8]) -> Option<Arc<PagedDocument>> {
        let recent = self.recent.lock().expect("nothing panics inside");
        let found = recent.iter().find(|one| one.kind == kind && one.data == data);
        found.map(|one| one.document.clone())
    }

    fn newly_set(&self, paper: &Paper, data: Vec<u8>) -> Result<PagedDocument, TypesetFault> {
        let code = manuscript::code_of(paper)?;
        let world = self
            .workshop()
            .world(paper.kind.template(), data, code)
            .ok_or(TypesetFault::UnknownKind(paper.kind))?;
        let document = compiled(&world, paper.kind.template())?;
        let (needed, limit) = (document.pages().len(), paper.kind.page_limit());
        if needed > limit {
            return Err(TypesetFault::Overflow { needed, limit });
        }
        if inspect::off_the_paper(&document) {
            return Err(TypesetFault::OffThePaper);
        }
        match inspect::missing_glyph(&document) {
            Some(ch) => Err(TypesetFault::MissingGlyph { ch }),
            None => Ok(document),
        }
    }

    fn page<'a>(&self, document: &'a PagedDocument, page: usize) -> Result<&'a Page, TypesetFault> {
        let pages = document.pages();
        pages.get(page).ok_or(TypesetFault::NoSuchPage { page, pages: pages.len() })
    }
}

pub(crate) fn compiled(world: &Desk<'_>, template: &str) -> Result<PagedDocument, TypesetFault> {
    let Warned { output, warnings } = typst::compile::<PagedDocument>(world);
    // Also after a failure: without it the engine keeps every layout it ever made.
    typst::comemo::evict(10);
    let document = output.map_err(|faults| complain(template, &faults))?;
    // An unknown font family is only a warning to the engine; to us it is a wrong document.
    if warnings.is_empty() { Ok(document) } else { Err(complain(template, &warnings)) }
}

impl Typesetter for Press {
    fn pdf(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault> {
        self.pdf_with_seals(paper, &[])
    }

    fn pdf_with_seals(&self, paper: &Paper, prints: &[SealPrint]) -> Result<Vec<u8>, TypesetFault> {
        let document = prints::put_on(&*self.set(paper)?, prints)?;
        let identity = (paper.kind, &paper.number, paper.issued_on, &paper.data, &paper.verify_url);
        let options = PdfOptions {
            ident: Smart::Custom(serde_json::to_string(&identity).unwrap_or_default()),
            creator: Smart::Custom(Some("Yanzheng".to_owned())),
            standards: archive_standard()?,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&document, &options).map_err(|faults| complain(paper.kind.template(), &faults))
    }

    fn seal_picture(&self, face: &SealFace) -> Result<SealPicture, TypesetFault> {
        seal::picture(self.workshop(), face)
    }

    fn svg(&self, paper: &Paper, page: usize) -> Result<String, TypesetFault> {
        let document = self.set(paper)?;
        Ok(typst_svg::svg(self.page(&document, page)?, &SvgOptions::default()))
    }

    fn png(&self, paper: &Paper, page: usize, dpi: u16) -> Result<Vec<u8>, TypesetFault> {
        let document = self.set(paper)?;
        let pixel_per_pt = Scalar::new(f64::from(dpi.clamp(36, 600)) / 72.0);
        let options = RenderOptions { pixel_per_pt, render_bleed: false };
        typst_render::render(self.page(&document, page)?, &options)
            .encode_png()
            .map_err(|fault| TypesetFault::Template(fault.to_string()))
    }

    fn pages(&self, paper: &Paper) -> Result<usize, TypesetFault> {
        Ok(self.set(paper)?.pages().len())
    }

    fn layout(&self, paper: &Paper) -> Result<ofd::model::DisplayList, TypesetFault> {
        display::list(&*self.set(paper)?).map_err(|fault| TypesetFault::Unsupported(fault.what))
    }

    fn shows(&self, text: &str) -> Result<(), TypesetFault> {
        match self.workshop().missing(text) {
            Some(ch) => Err(TypesetFault::MissingGlyph { ch }),
            None => Ok(()),
        }
    }
}

/// PDF/A-2a, which can be kept for decades, and PDF/UA-1, which a screen reader can read.
fn archive_standard() -> Result<PdfStandards, TypesetFault> {
    PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|fault| TypesetFault::Template(fault.message().to_string()))
}

/// The engine's own words, for the log; they may hold words of the template but never of the data.
fn complain(template: &str, diagnostics: &[SourceDiagnostic]) -> TypesetFault {
    let says: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.message.to_string()).collect();
    let says = says.join("; ");
    tracing::error!(template, %says, "template failed");
    TypesetFault::Template(format!("{template}: {says}"))
}
