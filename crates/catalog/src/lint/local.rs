//! Rules on what single bureaus say.

use law::codes::CreditCode;
use law::codes::item::ImplementCode31;

use super::{Finding, Report, widths};
use crate::catalogue::SourceFile;
use crate::fault::Fault;
use crate::item::{Item, Scheme};
use crate::local::{LocalItem, Promise};
use crate::material::Required;
use crate::read;

/// Every field that a bureau sets although only the national list may.
pub fn refused(file: &SourceFile) -> Vec<Finding> {
    if read::place_of(file).is_none() {
        return Vec::new();
    }
    let finding = |fault| match fault {
        Fault::Unreadable { file, line, says } => Some(Finding { file, line, rule: "local-field", says }),
        _ => None,
    };
    read::refused_fields(file).into_iter().filter_map(finding).collect()
}

pub fn local(item: &Item, local: &LocalItem, report: &mut Report) {
    let file = local.file.clone();
    phones(local, &file, report);
    codes(item, local, &file, report);
    halls(local, &file, report);
    widths::local(item, local, &file, report);
    // What is said for the main item or for all items needn't fit each of them.
    if file.ends_with(&format!("/items/{}.toml", item.slug)) {
        promises(item, local, &file, report);
        waived(item, local, &file, report);
    }
    report.hold(
        local.ends.is_none_or(|ends| ends >= local.effective),
        &file,
        "ends",
        "validity-backwards",
        "计划取消日期早于生效日期",
    );
    report.hold(
        matches!(local.handle_area.as_str(), "" | "全国" | "跨省" | "跨市" | "跨县"),
        &file,
        "handle_area",
        "code-table",
        "通办范围只能是全国、跨省、跨市或者跨县",
    );
}

fn codes(item: &Item, local: &LocalItem, file: &str, report: &mut Report) {
    if let Err(fault) = CreditCode::parse(&local.credit_code) {
        report.at(file, "credit_code", "code-wrong", fault.explain());
    } else if !item.basic_code.is_empty()
        && let Err(fault) = ImplementCode31::parse(&local.implementation_code(item))
    {
        report.at(file, "credit_code", "code-wrong", fault.explain());
    }
    report.hold(
        (1..=6).contains(&local.level),
        file,
        "level",
        "code-table",
        "行使层级只能是 1（国家）至 6（村、社区）",
    );
    for code in &local.local_codes {
        let wrong = match code.scheme {
            Scheme::Implement31 => ImplementCode31::parse(&code.value).err().map(|fault| fault.explain()),
            _ => code.value.trim().is_empty().then(|| "地方编码是空的".to_owned()),
        };
        if let Some(says) = wrong {
            report.at(file, &code.value, "code-wrong", says);
        }
    }
}

fn halls(local: &LocalItem, file: &str, report: &mut Report) {
    report.hold(!local.halls.is_empty(), file, "[[hall]]", "hall-missing", "没有办理地点");
    for hall in &local.halls {
        let told = [&hall.name, &hall.address, &hall.hours, &hall.phone, &hall.traffic];
        report.hold(
            told.iter().all(|text| !text.trim().is_empty()),
            file,
            "[[hall]]",
            "hall-vague",
            format!("“{}”没有写全：地址、时间、电话、交通", hall.name),
        );
    }
}

fn promises(item: &Item, local: &LocalItem, file: &str, report: &mut Report) {
    for promise in &local.promises {
        let mark = format!("business = \"{}\"", promise.business);
        let Some(business) = item.business(&promise.business) else {
            let says = format!("没有“{}”这个业务办理项", promise.business);
            report.at(file, &mark, "promise-for-nothing", says);
            continue;
        };
        report.hold(
            promise.days <= business.limits.promised,
            file,
            "[[promise]]",
            "promise-longer-than-law",
            format!("承诺 {} 个工作日，比全国承诺的 {} 个还长", promise.days, business.limits.promised),
        );
        report.hold(
            !promise.cite.trim().is_empty(),
            file,
            &mark,
            "limit-unexplained",
            "缩短承诺时限没有写依据：请写明哪一份公告",
        );
        let same = |other: &&Promise| (&other.business, other.from) == (&promise.business, promise.from);
        report.hold(
            local.promises.iter().filter(same).count() == 1,
            file,
            &mark,
            "promise-twice",
            format!("同一业务自 {} 起有两个承诺时限：请只留一个", promise.from),
        );
    }
}

/// A bureau may do without a material, when it says how it gets what it needs.
fn waived(item: &Item, local: &LocalItem, file: &str, report: &mut Report) {
    for one in &local.waived {
        let mark = format!("material = \"{}\"", one.material);
        let material = item.business(&one.business).and_then(|business| business.material(&one.material));
        report.hold(
            material.is_some_and(|material| !material.generated && material.required != Required::Optional),
            file,
            &mark,
            "waived-unknown",
            format!("“{} {}”不是必须提交的材料，不用写免交", one.business, one.material),
        );
        report.hold(
            !one.instead.trim().is_empty(),
            file,
            &mark,
            "waived-unknown",
            "免交材料没有写明改由什么办法取得",
        );
    }
}

/// 咨询电话≠投诉电话, both with area code (or a short nation-wide number).
fn phones(local: &LocalItem, file: &str, report: &mut Report) {
    report.hold(
        local.consult_phone != local.complaint_phone,
        file,
        "complaint_phone",
        "phones-same",
        "咨询电话和监督投诉电话是同一个：请写两个不同的电话",
    );
    let phones = [("consult_phone", &local.consult_phone), ("complaint_phone", &local.complaint_phone)];
    for (mark, phone) in phones {
        report.hold(
            whole_number(phone),
            file,
            mark,
            "phone-wrong",
            format!("“{phone}”不完整：请写区号，例如 0990-9901010"),
        );
    }
}

/// With area code, or a short number of the whole country.
pub fn whole_number(phone: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match phone.split_once('-') {
        Some((area, number)) => {
            (3..=4).contains(&area.len())
                && area.starts_with('0')
                && digits(area)
                && (7..=8).contains(&number.len())
                && digits(number)
        }
        None => phone.len() == 5 && phone.starts_with("12") && digits(phone),
    }
}
