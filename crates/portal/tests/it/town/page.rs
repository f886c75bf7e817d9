//! What a browser shows: a page's words, its links, and its forms as they stand before anybody types.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use scraper::{ElementRef, Html, Selector};

/// An answer of the server after redirects were followed.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: StatusCode,
    /// Path and query where the browser ended up.
    pub at: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Page {
    pub fn html(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{} is no JSON: {error}\n{}", self.at, self.html()))
    }

    /// The words of the main part, without marks and blanks.
    pub fn words(&self) -> String {
        let html = Html::parse_document(&self.html());
        let main = html.select(&css("main")).next().unwrap_or_else(|| html.root_element());
        let text: String = main.text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Everything the page says, its frame and the word on what was just done included.
    pub fn says(&self, words: &str) -> bool {
        let html = Html::parse_document(&self.html());
        let text: String = html.root_element().text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ").contains(words) || text.contains(words)
    }

    #[track_caller]
    pub fn must_say(&self, words: &str) -> &Page {
        assert!(self.says(words), "{} ({}) does not say “{words}”:\n{}", self.at, self.status, self.words());
        self
    }

    #[track_caller]
    pub fn must_be(&self, status: u16) -> &Page {
        assert_eq!(self.status.as_u16(), status, "{}:\n{}", self.at, self.words());
        self
    }

    /// The address of the first link whose words contain `label`.
    #[track_caller]
    pub fn link(&self, label: &str) -> String {
        let found = self.links().into_iter().find(|(words, _)| words.contains(label));
        found.unwrap_or_else(|| panic!("{} has no link “{label}”:\n{}", self.at, self.words())).1
    }

    /// Words and address of every link.
    pub fn links(&self) -> Vec<(String, String)> {
        let html = Html::parse_document(&self.html());
        let link =
            |a: ElementRef<'_>| Some((a.text().collect::<String>(), a.value().attr("href")?.to_owned()));
        html.select(&css("a[href]")).filter_map(link).collect()
    }

    /// The first form that has a control or button of this name.
    #[track_caller]
    pub fn form_with(&self, control: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.controls.iter().any(|one| one.name == control));
        found.unwrap_or_else(|| {
            panic!("{} ({}) has no form with “{control}”:\n{}", self.at, self.status, self.words())
        })
    }

    /// The first form that is sent to an address ending in `tail`.
    #[track_caller]
    pub fn form_to(&self, tail: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.action.ends_with(tail));
        found.unwrap_or_else(|| {
            panic!("{} ({}) has no form to “{tail}”:\n{}", self.at, self.status, self.words())
        })
    }

    /// The forms of the main part.
    pub fn forms(&self) -> Vec<Form> {
        let html = Html::parse_document(&self.html());
        html.select(&css("main form")).map(|form| Form::read(form, &self.at)).collect()
    }

    /// The value of a hidden field anywhere on the page.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let html = Html::parse_document(&self.html());
        let found = html.select(&css(&format!("input[type=hidden][name='{name}']"))).next()?;
        found.value().attr("value").map(str::to_owned)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

fn css(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector of ours")
}

/// A control of a form: what it may hold and what it holds.
#[derive(Clone, Debug)]
struct Control {
    name: String,
    kind: Kind,
    /// Codes of radio buttons, boxes and options; nothing for free text.
    choices: BTreeSet<String>,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Text,
    Hidden,
    Select,
    Radio,
    Box,
    Button,
    File,
}

/// A form of a page, to be filled in and sent the way a browser without script does it.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub multipart: bool,
    pub get: bool,
    controls: Vec<Control>,
    pressed: Option<(String, String)>,
    pub files: Vec<(String, String, Vec<u8>)>,
}

impl Form {
    fn read(form: ElementRef<'_>, page: &str) -> Form {
        let attr = |name: &str| form.value().attr(name).unwrap_or_default().to_owned();
        let action = match attr("action") {
            action if action.is_empty() => page.to_owned(),
            action => action,
        };
        let mut read = Form {
            action,
            multipart: attr("enctype") == "multipart/form-data",
            get: !attr("method").eq_ignore_ascii_case("post"),
            controls: vec![],
            pressed: None,
            files: vec![],
        };
        for element in form.select(&css("input, textarea, select, button")) {
            read.take(element);
        }
        read
    }

    fn take(&mut self, element: ElementRef<'_>) {
        let attr = |name: &str| element.value().attr(name).unwrap_or_default().to_owned();
        let name = attr("name");
        if name.is_empty() || element.value().attr("disabled").is_some() {
            return;
        }
        match (element.value().name(), attr("type").as_str()) {
            ("textarea", _) => self.put(name, Kind::Text, None, Some(element.text().collect())),
            ("select", _) => {
                let options: Vec<ElementRef<'_>> = element.select(&css("option")).collect();
                let value = |one: &ElementRef<'_>| one.value().attr("value").unwrap_or_default().to_owned();
                let chosen =
                    options.iter().find(|one| one.value().attr("selected").is_some()).or(options.first());
                let chosen = chosen.map(value);
                for one in &options {
                    self.put(name.clone(), Kind::Select, Some(value(one)), None);
                }
                self.control(&name).values.extend(chosen);
            }
            ("button", _) => self.put(name, Kind::Button, Some(attr("value")), None),
            (_, kind @ ("radio" | "checkbox")) => {
                let kind = if kind == "radio" { Kind::Radio } else { Kind::Box };
                let value = element.value().attr("value").unwrap_or("on").to_owned();
                let checked = element.value().attr("checked").map(|_| value.clone());
                self.put(name, kind, Some(value), checked);
            }
            (_, "file") => self.put(name, Kind::File, None, None),
            (_, "hidden") => self.put(name, Kind::Hidden, None, Some(attr("value"))),
            _ => self.put(name, Kind::Text, None, Some(attr("value"))),
        }
    }

    fn put(&mut self, name: String, kind: Kind, choice: Option<String>, value: Option<String>) {
        let at = match self.controls.iter().position(|one| one.name == name) {
            Some(at) => at,
            None => {
                self.controls.push(Control { name, kind, choices: BTreeSet::new(), values: vec![] });
                self.controls.len() - 1
            }
        };
        self.controls[at].choices.extend(choice);
        self.controls[at].values.extend(value);
    }

    #[track_caller]
    fn control(&mut self, name: &str) -> &mut Control {
        let action = self.action.clone();
        let found = self.controls.iter_mut().find(|one| one.name == name);
        found.unwrap_or_else(|| panic!("the form to {action} has no “{name}”"))
    }

    pub fn has(&self, name: &str) -> bool {
        self.controls.iter().any(|one| one.name == name)
    }

    /// What a control holds now.
    #[track_caller]
    pub fn value(&self, name: &str) -> String {
        let found = self.controls.iter().find(|one| one.name == name);
        let found = found.unwrap_or_else(|| panic!("the form to {} has no “{name}”", self.action));
        found.values.first().cloned().unwrap_or_default()
    }

    /// The codes a choice offers.
    #[track_caller]
    pub fn choices(&self, name: &str) -> Vec<String> {
        let found = self.controls.iter().find(|one| one.name == name);
        found.map(|one| one.choices.iter().cloned().collect()).unwrap_or_default()
    }

    /// Types into a field, chooses an option, or presses a button that carries a value. Only what the page offers: a
    /// person can't choose an option that isn't there.
    #[track_caller]
    pub fn set(mut self, name: &str, value: &str) -> Form {
        let control = self.control(name);
        match control.kind {
            Kind::Text => control.values = vec![value.to_owned()],
            Kind::Hidden => panic!("“{name}” is hidden; nobody types there"),
            Kind::File => panic!("“{name}” takes a file"),
            Kind::Button => {
                assert!(control.choices.contains(value), "no button “{name}” = “{value}”");
                self.pressed = Some((name.to_owned(), value.to_owned()));
            }
            Kind::Select | Kind::Radio | Kind::Box => {
                assert!(
                    control.choices.contains(value),
                    "“{name}” offers {:?}, not “{value}”",
                    control.choices
                );
                if control.kind != Kind::Box {
                    control.values.clear();
                }
                if !control.values.iter().any(|known| known == value) {
                    control.values.push(value.to_owned());
                }
            }
        }
        self
    }

    /// The same for several.
    #[track_caller]
    pub fn fill<'a>(mut self, entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Form {
        for (name, value) in entries {
            self = self.set(name, value);
        }
        self
    }

    /// Chooses a file.
    #[track_caller]
    pub fn attach(mut self, name: &str, file: &str, bytes: impl Into<Vec<u8>>) -> Form {
        assert_eq!(self.control(name).kind, Kind::File, "“{name}” takes no file");
        self.files.push((name.to_owned(), file.to_owned(), bytes.into()));
        self
    }

    /// What somebody with a hostile program sends: any name, any value, hidden or not.
    pub fn forge(mut self, name: &str, value: &str) -> Form {
        match self.controls.iter_mut().find(|one| one.name == name) {
            Some(control) => control.values = vec![value.to_owned()],
            None => self.controls.push(Control {
                name: name.to_owned(),
                kind: Kind::Hidden,
                choices: BTreeSet::new(),
                values: vec![value.to_owned()],
            }),
        }
        self
    }

    /// Leaves a field out altogether.
    pub fn without(mut self, name: &str) -> Form {
        self.controls.retain(|one| one.name != name);
        self
    }

    /// Names and values in the order of the page, as a browser sends them.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let typed = self.controls.iter().filter(|one| !matches!(one.kind, Kind::Button | Kind::File));
        let pairs = typed.flat_map(|one| one.values.iter().map(|value| (one.name.clone(), value.clone())));
        pairs.chain(self.pressed.clone()).collect()
    }

    /// File inputs of the form that were left empty: a browser sends them with an empty name.
    pub fn empty_files(&self) -> Vec<String> {
        let inputs = self.controls.iter().filter(|one| one.kind == Kind::File).map(|one| one.name.clone());
        inputs.filter(|name| !self.files.iter().any(|(given, ..)| given == name)).collect()
    }
}

impl Page {
    /// The words of every element that a CSS selector finds.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.html());
        html.select(&css(selector)).map(|one| one.text().collect::<String>().trim().to_owned()).collect()
    }

    /// The codes behind the names of inspectors on the page that assigns them.
    pub fn inspectors(&self, names: &[&str]) -> Vec<String> {
        let html = Html::parse_document(&self.html());
        let choice = |label: ElementRef<'_>| {
            let words: String = label.text().collect();
            let input = label.select(&css("input[name=inspectors]")).next()?;
            names
                .iter()
                .any(|name| words.contains(name))
                .then(|| input.value().attr("value").map(str::to_owned))?
        };
        html.select(&css("label.choice")).filter_map(choice).collect()
    }
}
