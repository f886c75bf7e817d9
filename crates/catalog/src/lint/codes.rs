//! Rules on codes: each is well formed, known or explained, and belongs to one item.

use std::collections::BTreeMap;

use law::codes::item::{BasicCode10, BasicCode12, ImplementCode31, ImplementCodeOld, item_kind, level_label};

use super::Report;
use crate::code_tables::{HANDLING, NATURES, SUBJECTS, WAYS};
use crate::item::{Coded, Item, ItemCode, Scheme};

pub fn all(report: &mut Report) {
    let catalogue = report.catalogue;
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for item in catalogue.items() {
        let file = format!("items/{}/item.toml", item.slug);
        basic(item, &file, report);
        tables(item, &file, report);
        types(item, &file, report);
        for code in &item.codes {
            written(code, &file, report);
        }
        for business in &item.types {
            let home = report.file_of(item, &business.slug);
            for code in &business.local_codes {
                written(code, &home, report);
            }
        }
        let own = std::iter::once(&item.basic_code).chain(item.codes.iter().map(|code| &code.value));
        for code in own.filter(|code| !code.is_empty()) {
            if let Some(first) = owners.insert(code, &item.slug).filter(|first| *first != item.slug) {
                report.at(
                    &file,
                    code,
                    "code-twice",
                    format!("编码 {code} 已经给了“{first}”，一个编码只能给一个事项"),
                );
            }
        }
    }
}

/// The item's own 基本编码, or the reason why it has none.
fn basic(item: &Item, file: &str, report: &mut Report) {
    if item.basic_code.is_empty() {
        report.hold(
            !item.code_says.is_empty(),
            file,
            "basic_code",
            "code-missing",
            "没有基本编码：请填写；还没有核对到的，在 code_says 写明原因",
        );
        return;
    }
    let code = match BasicCode12::parse(&item.basic_code) {
        Ok(code) => code,
        Err(fault) => return report.at(file, "basic_code", "code-wrong", fault.explain()),
    };
    let has_parts = report.catalogue.parts_of(item).next().is_some() || !item.types.is_empty();
    report.hold(
        code.is_container() == has_parts || item.parent.is_some(),
        file,
        "basic_code",
        "code-wrong",
        "有业务办理项的主项，基本编码末三位应当是 00Y；没有的，应当是 000",
    );
    let kind = &item.basic_code[2..4];
    report.hold(
        kind == item.kind.code,
        file,
        "basic_code",
        "code-wrong",
        format!("基本编码第三、四位是 {kind}，与事项类型 {} 不一致", item.kind.code),
    );
    let main = item.parent.as_deref().and_then(|slug| report.catalogue.item(slug));
    if let Some(main) = main.filter(|main| main.basic_code.len() == 12) {
        report.hold(
            main.basic_code[..9] == item.basic_code[..9],
            file,
            "basic_code",
            "code-wrong",
            format!("子项的基本编码前九位应当与主项 {} 相同", main.basic_code),
        );
    }
}

/// The values of the standard's code tables, with the words of the standard.
fn tables(item: &Item, file: &str, report: &mut Report) {
    let listed = |coded: &Coded, table: &[(&str, &str)]| {
        table.iter().any(|(code, label)| *code == coded.code && coded.label.starts_with(label))
    };
    let mut hold = |good: bool, mark: &str, coded: &Coded| {
        let says =
            format!("“{} {}”不在 GB/T 39046 附录 A 的代码表里：请按代码表填写", coded.code, coded.label);
        report.hold(good, file, mark, "code-table", says);
    };
    hold(item_kind(&item.kind.code) == item.kind.label, "kind =", &item.kind);
    hold(listed(&item.handling, HANDLING), "handling", &item.handling);
    for one in &item.levels {
        let label = one.code.parse().map_or("", level_label);
        hold(!label.is_empty() && one.label.starts_with(label), "levels", one);
    }
    for one in &item.subjects {
        hold(listed(one, SUBJECTS), "subjects", one);
    }
    for one in &item.ways {
        hold(listed(one, WAYS), "ways", one);
    }
    if let Some(one) = &item.organ_nature {
        hold(listed(one, NATURES), "organ_nature", one);
    }
}

fn types(item: &Item, file: &str, report: &mut Report) {
    let mut codes: Vec<&String> =
        item.types.iter().flat_map(|one| [&one.code, &one.short, &one.slug]).collect();
    codes.sort();
    let twice = codes.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone());
    if let Some(twice) = twice {
        report.at(file, "type_order", "code-twice", format!("两个业务办理项都用了“{twice}”"));
    }
}

/// A code of another scheme is well formed in that scheme and says where it was read.
fn written(code: &ItemCode, file: &str, report: &mut Report) {
    let wrong = match code.scheme {
        Scheme::Basic12 => BasicCode12::parse(&code.value).err().map(|fault| fault.explain()),
        Scheme::Basic10 => BasicCode10::parse(&code.value).err().map(|fault| fault.explain()),
        Scheme::ImplementOld => ImplementCodeOld::parse(&code.value).err().map(|fault| fault.explain()),
        Scheme::Implement31 => ImplementCode31::parse(&code.value).err().map(|fault| fault.explain()),
        Scheme::Local => (code.value.trim().is_empty() || code.value.chars().count() > 64)
            .then(|| "地方编码是空的，或者超过 64 个字".to_owned()),
    };
    if let Some(says) = wrong {
        report.at(file, &code.value, "code-wrong", says);
    }
    report.hold(
        !code.source.trim().is_empty(),
        file,
        &code.value,
        "code-wrong",
        format!("编码 {} 没有写出处", code.value),
    );
}
