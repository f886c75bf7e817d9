//! What a bureau may set, as a form and back: where its hall is, whom to call, how fast it promises to be.

use std::collections::BTreeMap;

use jiff::civil::Date;
use web::parts::{Field, Input};
use web::{Fields, Problems};

use super::form::{Group, rows};
use crate::catalogue::SourceFile;
use crate::fault::Fault;
use crate::item::{BusinessType, Item, Question};
use crate::lint::whole_number;
use crate::local::{Hall, LocalItem, Promise, Waived};
use crate::material::{MaterialSpec, Required};

const MOST_HALLS: usize = 8;
const MOST_QUESTIONS: usize = 20;
const HALL: [(&str, &str); 6] = [
    ("name", "大厅名称"),
    ("window", "窗口"),
    ("address", "地址"),
    ("hours", "办公时间"),
    ("phone", "窗口电话"),
    ("traffic", "怎么去"),
];

/// What stands in the form before anybody types.
pub fn typed(local: &LocalItem, item: &Item, day: Date) -> Fields {
    let mut pairs: Vec<(String, String)> = vec![
        ("consult_phone".into(), local.consult_phone.clone()),
        ("complaint_phone".into(), local.complaint_phone.clone()),
        ("handled_by".into(), local.handled_by.clone()),
        ("handle_area".into(), local.handle_area.clone()),
        ("source".into(), local.source.clone()),
        ("ends".into(), local.ends.map(|day| day.to_string()).unwrap_or_default()),
        ("in_service_hall".into(), if local.in_service_hall { "yes" } else { "no" }.into()),
    ];
    for (at, hall) in local.halls.iter().enumerate() {
        let values = [&hall.name, &hall.window, &hall.address, &hall.hours, &hall.phone, &hall.traffic];
        pairs.extend(
            HALL.iter().zip(values).map(|((key, _), value)| (format!("hall-{at}-{key}"), value.clone())),
        );
    }
    for business in &item.types {
        if let Some(promise) = local.promise(business, day) {
            pairs.push((format!("days-{}", business.code), promise.days.to_string()));
            pairs.push((format!("cite-{}", business.code), promise.cite.clone()));
        }
    }
    for one in &local.waived {
        pairs.push((waived_name(&one.business, &one.material), one.instead.clone()));
    }
    for (at, one) in local.faq.iter().enumerate() {
        pairs.push((format!("faq-{at}-q"), one.q.clone()));
        pairs.push((format!("faq-{at}-a"), one.a.clone()));
    }
    pairs.into_iter().collect()
}

fn waived_name(business: &str, material: &str) -> String {
    format!("waived-{business}-{material}")
}

/// The form.
pub fn groups(item: &Item, typed: &Fields, problems: &Problems) -> Vec<Group> {
    let mut all = vec![phones(typed, problems)];
    for at in 0..rows(typed, "hall", 1, MOST_HALLS) {
        let says = if at == 0 {
            "六格都要写全"
        } else {
            "写了的六格都要写全；不要这个地点的，把六格都清空"
        };
        let mut group = Group::new(format!("办理地点 {}", at + 1), says);
        let field = |(key, label): &(&str, &str)| {
            Field::text(&format!("hall-{at}-{key}"), label).max(200).fill(typed, problems)
        };
        group.fields = HALL.iter().map(field).collect();
        all.push(group);
    }
    all.push(promises(item, typed, problems));
    all.push(waived(item, typed, problems));
    let mut questions = Group::new("本地常见问题", "接在全国统一的问题后面。不要的，把问和答都清空");
    for at in 0..rows(typed, "faq", 1, MOST_QUESTIONS) {
        questions
            .fields
            .push(Field::text(&format!("faq-{at}-q"), &format!("问 {}", at + 1)).fill(typed, problems));
        questions.fields.push(
            Field::new(format!("faq-{at}-a"), format!("答 {}", at + 1), Input::Long).fill(typed, problems),
        );
    }
    all.push(questions);
    all
}

fn phones(typed: &Fields, problems: &Problems) -> Group {
    let mut group = Group::new("联系方式和范围", "");
    let tel = |name: &str, label: &str| {
        Field::new(name, label, Input::Tel)
            .required()
            .hint("要写区号，例如 0990-9901010")
            .fill(typed, problems)
    };
    let areas = ["全国", "跨省", "跨市", "跨县"].map(|one| (one, one));
    group.fields = vec![
        tel("consult_phone", "咨询电话"),
        tel("complaint_phone", "监督投诉电话"),
        Field::text("handled_by", "承办机构").hint("就是本单位的，不用填").fill(typed, problems),
        Field::new("in_service_hall", "进驻政务服务大厅", Input::Radio)
            .options([("yes", "是"), ("no", "否")])
            .fill(typed, problems),
        Field::new("handle_area", "通办范围", Input::Select)
            .hint("和全国规定一样的不选")
            .options(areas)
            .fill(typed, problems),
        Field::new("ends", "计划取消日期", Input::Date).hint("没有计划的不填").fill(typed, problems),
        Field::text("source", "内容出处").required().hint("哪一份公告或者文件").fill(typed, problems),
    ];
    group
}

fn promises(item: &Item, typed: &Fields, problems: &Problems) -> Group {
    let mut group = Group::new("承诺办结时限", "可以比全国承诺的短，不能更长。不缩短的不填");
    for business in &item.types {
        let most = business.limits.promised;
        group.fields.push(
            Field::new(
                format!("days-{}", business.code),
                format!("{}：承诺几个工作日", business.name),
                Input::Number,
            )
            .hint(format!("全国承诺 {most} 个工作日，法定 {} 个", business.limits.statutory))
            .unit("个工作日")
            .fill(typed, problems),
        );
        group.fields.push(
            Field::text(&format!("cite-{}", business.code), &format!("{}：依据哪一份公告", business.name))
                .fill(typed, problems),
        );
    }
    group
}

fn waived(item: &Item, typed: &Fields, problems: &Problems) -> Group {
    let mut group =
        Group::new("免交材料", "写明本单位改由什么办法取得，例如：由市场监督管理部门共享。不写就是要交");
    for business in &item.types {
        for material in business.materials.iter().filter(|one| may_be_waived(one)) {
            let name = waived_name(&business.code, &material.key);
            let label = format!("{}：{}", business.name, material.name);
            group.fields.push(Field::text(&name, &label).max(100).fill(typed, problems));
        }
    }
    group
}

fn may_be_waived(material: &MaterialSpec) -> bool {
    !material.generated && material.required != Required::Optional
}

/// What was typed, as the bureau's list from `day` on. Every fault stands at its field.
pub fn read(base: &LocalItem, item: &Item, typed: &Fields, day: Date, problems: &mut Problems) -> LocalItem {
    let text = |name: &str| typed.get(name).to_owned();
    for (name, label) in [("consult_phone", "咨询电话"), ("complaint_phone", "监督投诉电话")] {
        if !whole_number(typed.get(name)) {
            problems.add(name, format!("{label}“{}”不完整：请写区号，例如 0990-9901010", typed.get(name)));
        }
    }
    if typed.get("consult_phone") == typed.get("complaint_phone") {
        problems.add("complaint_phone", "咨询电话和监督投诉电话是同一个：请写两个不同的电话");
    }
    if typed.get("source").is_empty() {
        problems.add("source", "请写明内容出自哪一份公告或者文件");
    }
    let ends = typed.get("ends");
    let ends = (!ends.is_empty()).then(|| {
        let read = crate::check::read_date(ends);
        if read.is_none_or(|ends| ends < day) {
            problems.add("ends", "计划取消日期要写成 2026-12-31 这样，并且不早于生效日期");
        }
        read
    });
    LocalItem {
        consult_phone: text("consult_phone"),
        complaint_phone: text("complaint_phone"),
        handled_by: text("handled_by"),
        handle_area: text("handle_area"),
        in_service_hall: typed.get("in_service_hall") == "yes",
        halls: halls(typed, problems),
        promises: read_promises(base, item, typed, day, problems),
        waived: read_waived(item, typed),
        faq: questions(typed, problems),
        effective: day,
        ends: ends.flatten(),
        source: text("source"),
        ..base.clone()
    }
}

fn halls(typed: &Fields, problems: &mut Problems) -> Vec<Hall> {
    let mut halls = Vec::new();
    for at in 0..rows(typed, "hall", 0, MOST_HALLS) {
        let value = |key: &str| typed.get(&format!("hall-{at}-{key}")).to_owned();
        let empty: Vec<&str> =
            HALL.iter().filter(|(key, _)| value(key).is_empty()).map(|(key, _)| *key).collect();
        if empty.len() == HALL.len() {
            continue;
        }
        for key in empty {
            problems.add(format!("hall-{at}-{key}"), "没有填写：办理地点的六格都要写全");
        }
        halls.push(Hall {
            name: value("name"),
            window: value("window"),
            address: value("address"),
            hours: value("hours"),
            phone: value("phone"),
            traffic: value("traffic"),
        });
    }
    if halls.is_empty() {
        problems.add("hall-0-name", "至少写一个办理地点");
    }
    halls
}

/// Earlier promises stay: they say what held for applications of their time.
fn read_promises(
    base: &LocalItem,
    item: &Item,
    typed: &Fields,
    day: Date,
    problems: &mut Problems,
) -> Vec<Promise> {
    let mut promises: Vec<Promise> = base.promises.iter().filter(|one| one.from < day).cloned().collect();
    for business in &item.types {
        let (days, cite) = (format!("days-{}", business.code), format!("cite-{}", business.code));
        let written = typed.get(&days);
        let most = business.limits.promised;
        let wanted = if written.is_empty() { Some(most) } else { written.parse().ok() };
        let Some(wanted) = wanted.filter(|wanted| (1..=most).contains(wanted)) else {
            problems.add(days, format!("承诺时限应当是 1 至 {most} 个工作日，只填数字"));
            continue;
        };
        if wanted < most && typed.get(&cite).is_empty() {
            problems.add(&cite, "缩短承诺时限要写明依据哪一份公告");
        }
        let before = base.promise(business, day);
        let same = before.map_or(wanted == most, |one| {
            one.days == wanted && (one.cite == typed.get(&cite) || wanted == most)
        });
        if !same {
            let cite = if wanted == most { "恢复全国承诺的时限" } else { typed.get(&cite) };
            promises.push(Promise {
                business: business.code.clone(),
                days: wanted,
                from: day,
                cite: cite.to_owned(),
            });
        }
    }
    promises
}

fn read_waived(item: &Item, typed: &Fields) -> Vec<Waived> {
    let all =
        item.types.iter().flat_map(|business| business.materials.iter().map(move |one| (business, one)));
    let one = |(business, material): (&BusinessType, &MaterialSpec)| {
        let instead = typed.get(&waived_name(&business.code, &material.key));
        (may_be_waived(material) && !instead.is_empty()).then(|| Waived {
            business: business.code.clone(),
            material: material.key.clone(),
            instead: instead.to_owned(),
        })
    };
    all.filter_map(one).collect()
}

fn questions(typed: &Fields, problems: &mut Problems) -> Vec<Question> {
    let mut questions = Vec::new();
    for at in 0..rows(typed, "faq", 0, MOST_QUESTIONS) {
        let (q, a) = (format!("faq-{at}-q"), format!("faq-{at}-a"));
        match (typed.get(&q), typed.get(&a)) {
            ("", "") => {}
            ("", _) => problems.add(q, "写了答，没有写问"),
            (_, "") => problems.add(a, "写了问，没有写答"),
            (q, a) => questions.push(Question { q: q.to_owned(), a: a.to_owned() }),
        }
    }
    questions
}

/// The data file that says it.
///
/// # Errors
/// When it can't be written as TOML.
pub fn file(local: &LocalItem, slug: &str) -> Result<SourceFile, Fault> {
    let text = toml::to_string_pretty(local).map_err(|fault| Fault::Body(fault.to_string()))?;
    let path = format!("places/{}/items/{slug}.toml", local.bureau);
    Ok(SourceFile { path, text: format!("# 由目录工作台写成\n{text}") })
}

/// What an inherited list becomes when a bureau writes one of its own.
pub fn taken_over(local: &LocalItem, bureau: &identity::Bureau) -> LocalItem {
    if local.bureau == bureau.code {
        return local.clone();
    }
    LocalItem {
        bureau: bureau.code.clone(),
        bureau_name: bureau.name.clone(),
        level: u8::try_from(bureau.level.number()).unwrap_or(local.level),
        credit_code: bureau.uscc.clone(),
        local_codes: Vec::new(),
        promises: Vec::new(),
        waived: Vec::new(),
        ..local.clone()
    }
}

/// Which field a linter's finding belongs to, so that it is told there; none when it is about none of the form.
pub fn field_of(rule: &str) -> &'static str {
    let fields: BTreeMap<&str, &'static str> = BTreeMap::from([
        ("phones-same", "complaint_phone"),
        ("phone-wrong", "consult_phone"),
        ("hall-missing", "hall-0-name"),
        ("hall-vague", "hall-0-name"),
        ("validity-backwards", "ends"),
        ("code-table", "handle_area"),
    ]);
    fields.get(rule).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
