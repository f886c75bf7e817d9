//! Components that draw themselves: `{{ field }}` in any template.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::form::{Fields, Problems};

/// What kind of control a field is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    Text,
    Password,
    Tel,
    Number,
    Date,
    Long,
    Select,
    Radio,
    /// Several may be ticked.
    Boxes,
    /// One box with its label beside it.
    Tick,
    File,
}

/// One field with its label above, hint, and error: the label says 必填 in words, not by colour alone.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/field.html")]
pub struct Field {
    pub name: String,
    pub label: String,
    pub input: Input,
    pub values: Vec<String>,
    pub hint: Option<String>,
    pub error: Option<String>,
    pub required: bool,
    pub autocomplete: Option<String>,
    pub inputmode: Option<String>,
    pub max: Option<u32>,
    /// Code and label of each choice.
    pub options: Vec<(String, String)>,
    /// Where a prefilled value comes from: 来自营业执照.
    pub source: Option<String>,
    /// Unit after the control: 平方米.
    pub unit: Option<String>,
    /// For files: `image/jpeg,application/pdf`.
    pub accept: Option<String>,
    pub readonly: bool,
}

impl HtmlSafe for Field {}

impl Field {
    pub fn new(name: impl Into<String>, label: impl Into<String>, input: Input) -> Field {
        Field {
            name: name.into(),
            label: label.into(),
            input,
            values: Vec::new(),
            hint: None,
            error: None,
            required: false,
            autocomplete: None,
            inputmode: None,
            max: None,
            options: Vec::new(),
            source: None,
            unit: None,
            accept: None,
            readonly: false,
        }
    }
    pub fn text(name: &str, label: &str) -> Field {
        Field::new(name, label, Input::Text)
    }
    pub fn required(mut self) -> Field {
        self.required = true;
        self
    }
    pub fn hint(mut self, hint: impl Into<String>) -> Field {
        self.hint = Some(hint.into());
        self
    }
    pub fn value(mut self, value: impl Into<String>) -> Field {
        self.values = vec![value.into()];
        self
    }
    pub fn autocomplete(mut self, what: &str) -> Field {
        self.autocomplete = Some(what.into());
        self
    }
    pub fn inputmode(mut self, mode: &str) -> Field {
        self.inputmode = Some(mode.into());
        self
    }
    pub fn max(mut self, chars: u32) -> Field {
        self.max = Some(chars);
        self
    }
    pub fn options<C: Into<String>, L: Into<String>>(
        mut self,
        options: impl IntoIterator<Item = (C, L)>,
    ) -> Field {
        self.options = options.into_iter().map(|(code, label)| (code.into(), label.into())).collect();
        self
    }
    pub fn source(mut self, source: impl Into<String>) -> Field {
        self.source = Some(source.into());
        self
    }
    pub fn unit(mut self, unit: impl Into<String>) -> Field {
        self.unit = Some(unit.into());
        self
    }
    pub fn accept(mut self, kinds: impl Into<String>) -> Field {
        self.accept = Some(kinds.into());
        self
    }
    pub fn readonly(mut self) -> Field {
        self.readonly = true;
        self
    }

    /// Puts back what was typed and what is wrong with it.
    pub fn fill(mut self, typed: &Fields, problems: &Problems) -> Field {
        if let Some(values) = typed.0.get(&self.name) {
            self.values = values.clone();
        }
        self.error = problems.at(&self.name).map(str::to_string);
        self
    }
    pub fn error(mut self, says: Option<&str>) -> Field {
        self.error = says.map(str::to_string);
        self
    }

    pub(crate) fn first(&self) -> &str {
        self.values.first().map(String::as_str).unwrap_or_default()
    }
    pub(crate) fn has(&self, code: &str) -> bool {
        self.values.iter().any(|value| value == code)
    }
    pub(crate) fn input_type(&self) -> &'static str {
        match self.input {
            Input::Password => "password",
            Input::Tel => "tel",
            Input::Date => "date",
            Input::File => "file",
            // A number box loses what it can't read, and scrolls by accident: text with a numeric keyboard is safer.
            _ => "text",
        }
    }
    pub(crate) fn keyboard(&self) -> Option<&str> {
        self.inputmode.as_deref().or(if self.input == Input::Number { Some("decimal") } else { None })
    }
    pub(crate) fn is_group(&self) -> bool {
        matches!(self.input, Input::Radio | Input::Boxes)
    }
    /// Ids of hint and error, for `aria-describedby`.
    pub(crate) fn described_by(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("h-{}", self.name));
        let error = self.error.as_ref().map(|_| format!("e-{}", self.name));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

/// Where we are in a job of several pages.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/steps.html")]
pub struct Steps {
    /// Label and, for steps one may go back to, the address.
    pub steps: Vec<(String, Option<String>)>,
    /// Index of the current step, from 0.
    pub current: usize,
}
impl HtmlSafe for Steps {}

impl Steps {
    pub fn new<S: Into<String>>(labels: impl IntoIterator<Item = S>, current: usize) -> Steps {
        Steps { steps: labels.into_iter().map(|label| (label.into(), None)).collect(), current }
    }
    pub fn link(mut self, index: usize, href: impl Into<String>) -> Steps {
        if let Some(step) = self.steps.get_mut(index) {
            step.1 = Some(href.into());
        }
        self
    }
}

/// How far a point of a timeline is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    Done,
    Now,
    Next,
    Stopped,
}

impl Mark {
    pub fn class(self) -> &'static str {
        match self {
            Mark::Done => "done",
            Mark::Now => "now",
            Mark::Next => "next",
            Mark::Stopped => "stopped",
        }
    }
    pub fn says(self) -> &'static str {
        match self {
            Mark::Done => "已完成",
            Mark::Now => "进行中",
            Mark::Next => "未开始",
            Mark::Stopped => "已停止",
        }
    }
}

/// One point of a timeline.
#[derive(Clone, Debug)]
pub struct Point {
    pub mark: Mark,
    pub title: String,
    pub when: Option<String>,
    pub detail: Option<String>,
    /// Label and address of a document or page that belongs to it.
    pub links: Vec<(String, String)>,
}

impl Point {
    pub fn new(mark: Mark, title: impl Into<String>) -> Point {
        Point { mark, title: title.into(), when: None, detail: None, links: Vec::new() }
    }
    pub fn when(mut self, when: impl Into<String>) -> Point {
        self.when = Some(when.into());
        self
    }
    pub fn detail(mut self, detail: impl Into<String>) -> Point {
        self.detail = Some(detail.into());
        self
    }
    pub fn link(mut self, label: impl Into<String>, href: impl Into<String>) -> Point {
        self.links.push((label.into(), href.into()));
        self
    }
}

/// What happened to a case, first to last.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/timeline.html")]
pub struct Timeline(pub Vec<Point>);
impl HtmlSafe for Timeline {}

/// 绿黄红灰: colour, sign and words together, because colour alone may not carry meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Light {
    Green,
    Yellow,
    Red,
    Grey,
}

impl Light {
    /// Green above two working days left, yellow to the last day, red past it; grey while the count stands still.
    pub fn of(workdays_left: i32, paused: bool) -> Light {
        match workdays_left {
            _ if paused => Light::Grey,
            left if left < 0 => Light::Red,
            0..=2 => Light::Yellow,
            _ => Light::Green,
        }
    }
    pub fn class(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
            Light::Grey => "grey",
        }
    }
    pub fn sign(self) -> &'static str {
        match self {
            Light::Green => "●",
            Light::Yellow => "▲",
            Light::Red => "■",
            Light::Grey => "‖",
        }
    }
    pub fn word(self) -> &'static str {
        match self {
            Light::Green => "正常",
            Light::Yellow => "临期",
            Light::Red => "超期",
            Light::Grey => "停表",
        }
    }
    /// The light with its words; `text` of `None` says the colour's own word.
    pub fn badge(self, text: Option<String>) -> Badge {
        Badge { light: self, text: text.unwrap_or_else(|| self.word().to_string()) }
    }
}

/// A light with words.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/light.html")]
pub struct Badge {
    pub light: Light,
    pub text: String,
}
impl HtmlSafe for Badge {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lights_turn_with_the_days() {
        let seen: Vec<Light> = [5, 3, 2, 0, -1].into_iter().map(|left| Light::of(left, false)).collect();
        assert_eq!(seen, [Light::Green, Light::Green, Light::Yellow, Light::Yellow, Light::Red]);
        assert_eq!(Light::of(-1, true), Light::Grey);
    }

    #[test]
    fn a_field_escapes_what_was_typed_and_ties_its_error_to_the_box() {
        let mut problems = Problems::none();
        problems.add("name", "请填写姓名");
        let typed = Fields::from_iter([("name".to_string(), "<b>\"".to_string())]);
        let drawn = Field::text("name", "姓名").required().fill(&typed, &problems).render().unwrap();
        assert!(!drawn.contains("<b>"), "{drawn}");
        assert!(drawn.contains("aria-describedby=\"e-name\""), "{drawn}");
        assert!(drawn.contains("aria-invalid=\"true\"") && drawn.contains("请填写姓名"), "{drawn}");
        assert!(drawn.contains("必填"), "{drawn}");
    }
}
