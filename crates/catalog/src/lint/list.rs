//! Rules on the national list: the tree of 主项 and 子项, and the elements that only the national list may set.

use super::Report;
use crate::item::{Item, Sure};

/// Stands in the doubt of an item that was begun as a copy, until somebody has gone through it.
pub const COPIED: &str = "起草，正在逐项核对";

const BASE: &str = "items/base.toml";

/// Every listed item is there, every item is listed, and 子项 hang on a 主项 that has none above it.
pub fn tree(report: &mut Report) {
    let catalogue = report.catalogue;
    for slug in &catalogue.base().order {
        report.hold(
            catalogue.item(slug).is_some(),
            BASE,
            &format!("\"{slug}\""),
            "list-empty-place",
            format!("目录列了“{slug}”，但没有 items/{slug}/item.toml"),
        );
    }
    for item in catalogue.items() {
        let file = format!("items/{}/item.toml", item.slug);
        let listed = catalogue.base().order.contains(&item.slug);
        report.hold(
            listed || catalogue.base().order.is_empty(),
            BASE,
            "order =",
            "list-unlisted",
            format!("“{}”没有列入 items/base.toml 的顺序", item.slug),
        );
        parent(item, &file, report);
        report.hold(
            !item.types.is_empty() || catalogue.parts_of(item).next().is_some(),
            &file,
            "type_order",
            "item-without-types",
            "既没有业务办理项，也没有子项：没有人能照它办事",
        );
    }
}

fn parent(item: &Item, file: &str, report: &mut Report) {
    let Some(slug) = &item.parent else { return };
    let Some(main) = report.catalogue.item(slug) else {
        report.at(file, "parent", "parent-unknown", format!("没有“{slug}”这个主项"));
        return;
    };
    report.hold(
        main.parent.is_none() && main.slug != item.slug,
        file,
        "parent",
        "parent-unknown",
        format!("“{slug}”自己是子项，子项下面不能再分子项"),
    );
    report.hold(main.kind == item.kind, file, "kind =", "parent-differs", "子项的事项类型应当与主项相同");
}

/// What every guide shows and no bureau may fill in for itself.
pub fn elements(item: &Item, report: &mut Report) {
    let file = format!("items/{}/item.toml", item.slug);
    let told = [
        ("authority", "权限划分", &item.authority),
        ("content", "行使内容", &item.content),
        ("intermediary", "中介服务（没有的写“无”）", &item.intermediary),
        ("handle_area", "通办范围（没有的写“无”）", &item.handle_area),
        ("system_level", "运行系统层级", &item.system_level),
        ("quantity_limit", "数量限制（没有的写“无”）", &item.quantity_limit),
        ("power_source", "权力来源", &item.power_source),
        ("organ", "实施主体", &item.organ),
    ];
    for (mark, name, text) in told {
        report.hold(!text.trim().is_empty(), &file, mark, "element-missing", format!("没有写{name}"));
    }
    report.hold(item.organ_nature.is_some(), &file, "organ", "element-missing", "没有写实施主体性质");
    report.hold(
        matches!(item.handle_area.as_str(), "" | "无" | "全国" | "跨省" | "跨市" | "跨县"),
        &file,
        "handle_area",
        "code-table",
        "通办范围只能是全国、跨省、跨市、跨县或者无",
    );
    doubts(item, &file, report);
}

/// What is not known for certain says so, and what is known is not called unknown.
fn doubts(item: &Item, file: &str, report: &mut Report) {
    report.hold(!item.sources.is_empty(), file, "sources", "source-missing", "没有写出处");
    report.hold(
        item.sure != Sure::Unverified || !item.doubts.is_empty(),
        file,
        "sure",
        "doubt-untold",
        "整个事项待核实，却没有用 [[doubt]] 写明哪些内容要核对",
    );
    for doubt in item.doubts.iter().chain(item.types.iter().flat_map(|one| &one.doubts)) {
        report.hold(
            !doubt.says.trim().is_empty() && !doubt.about.trim().is_empty(),
            file,
            "[[doubt]]",
            "doubt-untold",
            "存疑的内容没有写明是什么、请读者怎么做",
        );
    }
    report.hold(
        !item.doubts.iter().any(|doubt| doubt.says.contains(COPIED)),
        file,
        COPIED,
        "copied-unread",
        "内容是照别的事项起草的，还没有逐项核对：改好以后，在“出处和存疑”里删去这一条",
    );
    let reached = |level: &u8| item.levels.iter().any(|one| one.code == level.to_string());
    report.hold(
        item.accepted_at.iter().any(reached) || item.accepted_at.is_empty() || !item.decided_by.is_empty(),
        file,
        "accepted_at",
        "levels-contradict",
        "受理的那一级不在行使层级里：由上级决定的，写明决定机关；不是的，改成同一级",
    );
    for unseen in &item.unseen {
        let held = law::all_texts().iter().any(|law| law.short == unseen.law && !law.second_hand);
        report.hold(
            !held && !unseen.why.trim().is_empty(),
            file,
            &unseen.law,
            "unseen-but-held",
            format!("《{}》的文本已经有了：请改为引用条款；还没有的，写明用来说明什么", unseen.law),
        );
    }
}
