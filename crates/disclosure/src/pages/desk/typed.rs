//! Between the form and the article: what an editor typed becomes a content, and a content fills the form.

use catalog::{Catalogue, Cite};
use jiff::civil::Date;
use web::{Fields, Problems};

use crate::Kind;
use crate::article::{self, Consultation, Content};

/// The content as typed, and what could not be read. Attachments are not in this form.
pub fn content(sent: &Fields, catalogue: &Catalogue, today: Date) -> (Content, Problems) {
    let mut problems = Problems::none();
    let mut day = |field: &str| match sent.get(field) {
        "" => None,
        typed => typed.parse::<Date>().map_err(|_| problems.add(field, "日期请写成 2026-01-31 的样子")).ok(),
    };
    let (made_on, effective_on, expires_on) = (day("made_on"), day("effective_on"), day("expires_on"));
    let (asked_from, asked_to) = (day("asked_from"), day("asked_to"));
    let kind = Kind::from_code(sent.get("kind"));
    if kind.is_none() {
        problems.add("kind", "请选择类别");
    }
    let consultation = consultation(sent, asked_from, asked_to, &mut problems);
    let known = |slug: &&String| catalogue.item(slug).is_some();
    let content = Content {
        kind: kind.unwrap_or_default(),
        title: sent.get("title").to_owned(),
        organ: sent.get("organ").to_owned(),
        doc_number: sent.get("doc_number").to_owned(),
        made_on,
        effective_on,
        expires_on,
        summary: sent.get("summary").to_owned(),
        // Browsers send lines with CR and LF.
        body: sent.get("body").replace("\r\n", "\n"),
        items: sent.all("items").iter().filter(known).cloned().collect(),
        cites: cites(sent.get("cites"), today, &mut problems),
        attachments: Vec::new(),
        consultation,
    };
    for (field, says) in content.faults() {
        problems.add(field, says);
    }
    (content, problems)
}

fn consultation(
    sent: &Fields,
    from: Option<Date>,
    to: Option<Date>,
    problems: &mut Problems,
) -> Option<Consultation> {
    let contact = sent.get("asked_contact").to_owned();
    match (from, to) {
        (Some(from), Some(to)) => {
            if contact.is_empty() {
                problems.add("asked_contact", "征求意见要写明联系方式");
            }
            Some(Consultation { from, to, contact })
        }
        (None, None) => None,
        (from, _) => {
            let field = if from.is_some() { "asked_to" } else { "asked_from" };
            problems.add(field, "征求意见的开始和截止日期要一起填写");
            None
        }
    }
}

/// One provision a line.
fn cites(typed: &str, today: Date, problems: &mut Problems) -> Vec<Cite> {
    let mut found = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match article::cite(line, today) {
            Ok(cite) if found.contains(&cite) => {}
            Ok(cite) => found.push(cite),
            Err(says) => problems.add("cites", says),
        }
    }
    found
}

/// What the form holds before anybody types.
pub fn fields(content: &Content) -> Fields {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let asked = content.consultation.as_ref();
    let cites: Vec<String> = content.cites.iter().map(Cite::written).collect();
    let mut pairs = vec![
        ("kind", content.kind.code().to_owned()),
        ("title", content.title.clone()),
        ("organ", content.organ.clone()),
        ("doc_number", content.doc_number.clone()),
        ("made_on", day(content.made_on)),
        ("effective_on", day(content.effective_on)),
        ("expires_on", day(content.expires_on)),
        ("summary", content.summary.clone()),
        ("body", content.body.clone()),
        ("cites", cites.join("\n")),
        ("asked_from", day(asked.map(|asked| asked.from))),
        ("asked_to", day(asked.map(|asked| asked.to))),
        ("asked_contact", asked.map(|asked| asked.contact.clone()).unwrap_or_default()),
    ];
    pairs.extend(content.items.iter().map(|slug| ("items", slug.clone())));
    Fields::from_iter(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn catalogue() -> Catalogue {
        Catalogue::embedded().unwrap()
    }

    fn sent(pairs: &[(&str, &str)]) -> Fields {
        Fields::from_iter(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn what_was_typed_fills_the_form_again() {
        let typed = sent(&[
            ("kind", "consultation"),
            ("title", "征求意见"),
            ("made_on", "2026-11-20"),
            ("items", "retail-licence"),
            ("cites", "《行政许可法》第三十八条"),
            ("body", "第一行\r\n第二行"),
            ("asked_from", "2026-11-20"),
            ("asked_to", "2026-12-20"),
            ("asked_contact", "0990-0000100"),
        ]);
        let (content, problems) = content(&typed, &catalogue(), date(2026, 11, 25));
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(content.body, "第一行\n第二行");
        let again = super::content(&fields(&content), &catalogue(), date(2026, 11, 25)).0;
        assert_eq!(again, content);
    }

    #[test]
    fn what_can_not_be_read_is_told_at_its_field() {
        let typed = sent(&[
            ("kind", "卷"),
            ("made_on", "去年"),
            ("cites", "《没有的法》第一条"),
            ("items", "no-such-item"),
            ("asked_from", "2026-11-20"),
        ]);
        let (content, problems) = content(&typed, &catalogue(), date(2026, 11, 25));
        for field in ["kind", "made_on", "cites", "asked_to"] {
            assert!(problems.at(field).is_some(), "{field}: {problems:?}");
        }
        assert!(content.items.is_empty());
    }
}
