//! What the layout engine may see: our templates, our fonts and the data of one paper.

use crate::fonts;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// Everything that stays the same between papers.
pub(crate) struct Workshop {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    sources: HashMap<FileId, Source>,
    data: FileId,
    code: FileId,
}

impl Workshop {
    /// `templates` are file names and texts; a template refers to another by its name.
    /// `own` is a folder of fonts for characters that the shipped ones lack.
    pub(crate) fn new(templates: &[(String, String)], own: Option<&Path>) -> Workshop {
        let mut fonts = fonts::load();
        fonts.extend(own.map(fonts::of_folder).unwrap_or_default());
        let sources = templates.iter().map(|(name, text)| {
            let id = file_id(name);
            (id, Source::new(id, text.clone()))
        });
        Workshop {
            library: LazyHash::new(Library::builder().build()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            sources: sources.collect(),
            fonts,
            data: file_id("data.json"),
            code: file_id("qr.png"),
        }
    }

    /// The world of one paper, or nothing when there is no such template.
    ///
    /// The data comes as a file, not as `sys.inputs`: those would make a new library and drop every cache.
    pub(crate) fn world<'a>(
        &'a self,
        template: &str,
        data: Vec<u8>,
        code: Option<Vec<u8>>,
    ) -> Option<Desk<'a>> {
        let main = file_id(template);
        self.sources.contains_key(&main).then(|| Desk {
            workshop: self,
            main,
            data: Bytes::new(data),
            code: code.map(Bytes::new),
        })
    }

    /// The first character of `text` that no font has a shape for.
    pub(crate) fn missing(&self, text: &str) -> Option<char> {
        text.chars().find(|ch| {
            let shown = |font: &Font| font.info().coverage.contains(u32::from(*ch));
            !typst::text::is_default_ignorable(*ch) && !ch.is_whitespace() && !self.fonts.iter().any(shown)
        })
    }
}

/// The engine numbers paths in 16 bits and never forgets one, so only the fixed names of templates, of the data and of
/// the code may ever get here.
fn file_id(name: &str) -> FileId {
    let path = VirtualPath::new(format!("/{name}")).expect("names of templates are plain");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// The world of one paper.
pub(crate) struct Desk<'a> {
    workshop: &'a Workshop,
    main: FileId,
    data: Bytes,
    code: Option<Bytes>,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.workshop.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.workshop.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.workshop.sources.get(&id).cloned().ok_or_else(|| absent(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.workshop.data {
            return Ok(self.data.clone());
        }
        let code = self.code.clone().filter(|_| id == self.workshop.code);
        code.ok_or_else(|| absent(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.workshop.fonts.get(index).cloned()
    }

    /// A template takes its date from the data; a clock would make the bytes differ tomorrow.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.get().vpath().get_without_slash()))
}
