//! Everything the site ships that can be found, gathered from the matters that own it.

use std::collections::HashSet;

use ::search::{Audience, Document, Kind};
use catalog::{BusinessType, Catalogue, Item, LocalItem, MaterialSpec};
use jiff::civil::Date;

use super::{faq, laws};

/// What is asked for most is found first among equals.
const FIRST_ISSUE: &str = "新办";

/// All documents but the pages of `items/words/pages.toml`.
pub fn documents(catalogue: &Catalogue, today: Date) -> Vec<Document> {
    let mut all: Vec<Document> = Vec::new();
    for item in catalogue.items() {
        let note = catalogue.standing(item, today).tag();
        all.extend(of_all_its_guides(item).into_iter().map(|document| document.note(note.clone())));
        all.extend(bureaus(catalogue, item));
    }
    all.extend(faq::questions(catalogue).into_iter().map(question));
    all.extend(laws::current(today).into_iter().flat_map(law));
    let mut seen = HashSet::new();
    all.retain(|document| seen.insert((document.kind, document.id.clone())));
    all
}

fn of_all_its_guides(item: &Item) -> Vec<Document> {
    let mut all = vec![of_item(item)];
    for business in &item.types {
        all.push(guide(item, business));
        all.extend(parts(item, business));
    }
    all.extend(papers(item));
    all
}

/// Shops come for the retail licence; what it can be widened by, and what enterprises need, is asked for by name.
fn audience(item: &Item) -> Audience {
    match (item.is_person_served(), &item.parent) {
        (true, None) => Audience::Everybody,
        (true, Some(_)) => Audience::Some,
        (false, _) => Audience::Few,
    }
}

fn of_item(item: &Item) -> Document {
    let names: Vec<&str> = item.types.iter().map(|one| one.name.as_str()).collect();
    let body = format!(
        "{}。{}。{}办理。{}{}",
        names.join("、"),
        item.content,
        item.organ,
        item.fees.says,
        item.quantity_limit
    );
    let document = Document::new(Kind::Item, &item.slug, &item.name, format!("/items#item-{}", item.slug))
        .body(body)
        .keywords([item.basic_code.as_str(), subject(item)].into_iter().filter(|one| !one.is_empty()))
        .weight(1.5)
        .audience(audience(item));
    match audience(item) {
        // 续期 and 开店 are services of this item: the list of synonyms leads to each of them.
        Audience::Everybody => document,
        Audience::Some | Audience::Few => document.keywords(&item.everyday_words),
    }
}

/// What the item is about, without what is done to it: 烟草专卖零售许可证核发 is about the licence.
fn subject(item: &Item) -> &str {
    let heading = item.heading();
    heading.strip_suffix("核发").unwrap_or(heading)
}

fn address(item: &Item, business: &BusinessType) -> String {
    format!("/guides/{}/{}", item.slug, business.slug)
}

fn guide(item: &Item, business: &BusinessType) -> Document {
    let mut body = vec![business.summary.clone(), business.when_says.clone()];
    body.extend(business.conditions.iter().map(|one| one.says.clone()));
    body.extend(business.self_check.iter().map(|one| format!("{}{}", one.ask, one.remedy_if_no)));
    body.extend(business.notices.clone());
    body.push(materials_in_words(business));
    body.extend(business.results.clone());
    Document::new(
        Kind::Guide,
        format!("{}/{}", item.slug, business.slug),
        item.title(business),
        address(item, business),
    )
    .body(body.join("\n"))
    .keywords([business.name.as_str(), business.wish.as_str()])
    .keywords([format!("{}指南", business.name), format!("办理{}", business.name)])
    .weight(if business.name == FIRST_ISSUE { 1.9 } else { 1.6 })
    .audience(audience(item))
}

/// The parts of a guide people ask for by themselves.
fn parts(item: &Item, business: &BusinessType) -> Vec<Document> {
    let name = match audience(item) {
        Audience::Everybody => business.name.clone(),
        Audience::Some | Audience::Few => item.title(business),
    };
    let base = if business.name == FIRST_ISSUE { 1.3 } else { 0.9 };
    let part = |anchor: &str, title: String, keywords: &[&str], body: String| {
        Document::new(
            Kind::Guide,
            format!("{}/{}#{anchor}", item.slug, business.slug),
            title,
            format!("{}#{anchor}", address(item, business)),
        )
        .body(body)
        .keywords(keywords.iter().copied())
        .weight(base)
        .audience(audience(item))
    };
    let limits = &business.limits;
    vec![
        part(
            "materials",
            format!("{name}要交的材料"),
            &["材料", "材料清单", "申请材料"],
            materials_in_words(business),
        ),
        part(
            "limits",
            format!("{name}的办理时限"),
            &["办理时限", "多久", "承诺时限", "法定时限"],
            format!(
                "承诺 {} 个工作日办结，法定 {} 个工作日。{}。{}",
                limits.promised, limits.statutory, limits.from, limits.says
            ),
        ),
        part("process", format!("{name}的办理流程"), &["流程", "办理流程"], steps_in_words(business)),
        part(
            "conditions",
            format!("{name}的受理条件"),
            &["条件", "受理条件", "申请条件"],
            conditions_in_words(business),
        ),
        part(
            "halls",
            format!("{name}的办理地点"),
            &["办理地点", "窗口办理"],
            "办证大厅、窗口、地址、办公时间、咨询电话".to_owned(),
        ),
    ]
}

fn materials_in_words(business: &BusinessType) -> String {
    let words = business.materials.iter().map(|one| format!("{}：{}", one.name, one.hint));
    words.collect::<Vec<_>>().join("\n")
}

fn steps_in_words(business: &BusinessType) -> String {
    let words = business
        .process
        .iter()
        .map(|one| format!("{}（{}，{}）：{}", one.name, one.role, one.time, one.standard));
    words.collect::<Vec<_>>().join("\n")
}

fn conditions_in_words(business: &BusinessType) -> String {
    let words = business.conditions.iter().map(|one| one.says.clone());
    words.chain([business.when_says.clone()]).collect::<Vec<_>>().join("\n")
}

/// Blank forms and examples; one that several types share is found once.
fn papers(item: &Item) -> Vec<Document> {
    let mut all = Vec::new();
    for business in &item.types {
        for material in &business.materials {
            if material.has_blank() {
                all.push(paper(item, business, material, "blank", "空白表"));
            }
            if material.sample.is_some() {
                all.push(paper(item, business, material, "sample", "填写示范"));
            }
        }
    }
    all
}

fn paper(item: &Item, business: &BusinessType, material: &MaterialSpec, place: &str, what: &str) -> Document {
    // An application form differs from type to type, a mandate doesn't.
    let (id, title) = if material.generated {
        let title = format!("{}{}申请表（{what}）", subject(item), business.name);
        (format!("{}/{}/{place}/{}", item.slug, business.slug, material.key), title)
    } else {
        (format!("{}/{place}/{}", item.slug, material.key), format!("{}（{what}）", material.name))
    };
    let weight = if business.name == FIRST_ISSUE { 0.3 } else { 0.1 };
    Document::new(Kind::Guide, id, title, format!("{}/{place}/{}", address(item, business), material.key))
        .body(material.hint.clone())
        .keywords([what])
        .weight(weight)
        .audience(audience(item))
}

/// Whom to ask and where to go, county by county.
fn bureaus(catalogue: &Catalogue, item: &Item) -> Vec<Document> {
    let first = item.types.first();
    let local = |local: &LocalItem| {
        let guide = first.map(|business| address(item, business)).unwrap_or_default();
        let url = format!("{guide}?bureau={}#halls", local.bureau);
        let halls = local.halls.iter().map(|hall| {
            format!(
                "{}，{}，{}，{}，电话 {}，{}",
                hall.name, hall.window, hall.address, hall.hours, hall.phone, hall.traffic
            )
        });
        let body = format!(
            "咨询电话 {}，投诉电话 {}。{}",
            local.consult_phone,
            local.complaint_phone,
            halls.collect::<Vec<_>>().join("\n")
        );
        let place = local.bureau_name.trim_end_matches("烟草专卖局");
        let keywords = [
            format!("{place}烟草局"),
            format!("{place}办证大厅"),
            format!("{place}烟草局电话"),
            format!("{place}烟草局地址"),
        ];
        Document::new(Kind::Page, format!("bureau/{}", local.bureau), local.bureau_name.clone(), url)
            .body(body)
            .keywords(keywords)
            // Who means this county names it.
            .audience(Audience::Some)
    };
    catalogue.locals(item).filter(|one| one.takes_applications()).map(local).collect()
}

fn question(one: faq::Entry<'_>) -> Document {
    let (url, audience) = (one.url(), audience(one.item));
    let document = Document::new(Kind::Faq, one.id, one.question.q.clone(), url)
        .body(one.question.a.clone())
        .audience(audience);
    match audience {
        Audience::Everybody => document,
        // 学校附近能开吗 doesn't say that it is asked of e-cigarettes.
        Audience::Some | Audience::Few => document.keywords([subject(one.item)]),
    }
}

/// The law as a whole, and each article.
fn law(text: &law::LawText) -> Vec<Document> {
    let url = laws::url(text);
    let whole = Document::new(Kind::Law, &text.short, &text.name, &url)
        .body(format!("{}，{}起施行。{}", text.name, text.in_force, text.source))
        .keywords([text.short.as_str()])
        .weight(2.0);
    let article = |one: &law::texts::Article| {
        let named = laws::article(one.number);
        Document::new(
            Kind::Law,
            format!("{}/{}", text.short, one.number),
            format!("{}{named}", text.short),
            format!("{url}#{named}"),
        )
        .body(one.text.trim().to_owned())
        .keywords([format!("{}第{}条", text.short, one.number), format!("{}{}条", text.short, one.number)])
    };
    std::iter::once(whole).chain(text.articles.iter().map(article)).collect()
}
