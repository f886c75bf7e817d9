//! Rules on what the elements point at: fields, options, provisions, parts; and words that say nothing.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Finding, Report, vague, widths};
use crate::catalogue::SourceFile;
use crate::check::{check, read_date};
use crate::cite::Cite;
use crate::form::{Bound, Cond, Field, FormSpec, Kind};
use crate::item::{BusinessType, Item};
use crate::material::{Blank, MaterialSpec, Required, Sample};

/// Catch-alls with which a bureau keeps the right to ask for anything (优化营商环境条例 forbids them).
const VAGUE: [&str; 6] = ["其他材料", "其他有关材料", "其他相关材料", "等相关材料", "需要的其他", "等材料"];

/// More than a phone photo ever has, less than what fills a disk.
const UPLOAD_LIMIT: u64 = 20 * 1024 * 1024;

pub fn business(item: &Item, business: &BusinessType, report: &mut Report) {
    let own = report.file_of(item, &business.slug);
    let mut seen = BTreeSet::new();
    for field in business.form.fields() {
        let file = report.home_of(item, &own, &field.key);
        let mark = format!("key = \"{}\"", field.key);
        report.hold(
            seen.insert(field.key.as_str()),
            &file,
            &mark,
            "field-twice",
            format!("表单里有两个“{}”", field.key),
        );
        self::field(&business.form, field, &file, report);
    }
    let mut names = BTreeSet::new();
    for material in &business.materials {
        let file = report.home_of(item, &own, &material.key);
        report.hold(
            names.insert(material.name.trim()),
            &file,
            &format!("key = \"{}\"", material.key),
            "material-twice",
            format!("有两份材料都叫“{}”：请合成一份，或者写清楚各是什么", material.name),
        );
        vague::hint(&material.key, &material.hint, &file, report);
        self::material(&business.form, material, &file, report);
        vague::material(material, &file, report);
        widths::material(material, &file, report);
    }
    for condition in &business.conditions {
        vague::condition(&condition.says, &own, report);
    }
    switches(business, &own, report);
    example(item, business, &own, report);
}

/// What hangs on a situation names a field of the form and one of its answers.
fn switches(business: &BusinessType, file: &str, report: &mut Report) {
    let conditions = business.conditions.iter().filter_map(|one| one.when.as_ref());
    let steps = business.process.iter().filter_map(|one| one.when.as_ref());
    let special = business.special.iter().filter_map(|one| one.when.as_ref());
    for cond in conditions.chain(steps).chain(special) {
        condition(&business.form, cond, file, &format!("when = {{ field = \"{}\"", cond.field), report);
    }
    for key in &business.switches {
        report.hold(
            business.form.field(key).is_some_and(|field| matches!(field.kind, Kind::Choice(_) | Kind::YesNo)),
            file,
            "switches",
            "switch-unknown",
            format!("“{key}”不是表单里的选择项，不能用来切换情形"),
        );
    }
}

fn field(form: &FormSpec, field: &Field, file: &str, report: &mut Report) {
    let mark = format!("key = \"{}\"", field.key);
    report.hold(
        !field.hint.trim().is_empty(),
        file,
        &mark,
        "hint-missing",
        format!("“{}”没有填写说明", field.label),
    );
    vague::hint(&field.key, &field.hint, file, report);
    if let Some(cond) = &field.when {
        condition(form, cond, file, &mark, report);
    }
    if let Some(first) = &field.after {
        let date = form.field(first).is_some_and(|one| one.kind == Kind::Date);
        report.hold(
            date && field.kind == Kind::Date,
            file,
            &mark,
            "order-unknown",
            format!("“{}”要晚于“{first}”，但两者不都是日期", field.label),
        );
    }
    if let Kind::Choice(choices) = &field.kind {
        let codes: BTreeSet<&str> = choices.iter().map(|choice| choice.code.as_str()).collect();
        report.hold(
            codes.len() == choices.len() && choices.len() >= 2,
            file,
            &mark,
            "choice-wrong",
            format!("“{}”的选项少于两个，或者代码重复", field.label),
        );
    }
}

/// A condition must name a field of the form and values that the field can have.
fn condition(form: &FormSpec, cond: &Cond, file: &str, mark: &str, report: &mut Report) {
    let Some(field) = form.field(&cond.field) else {
        report.at(file, mark, "condition-unknown", format!("条件引用了表单里没有的“{}”", cond.field));
        return;
    };
    for value in &cond.equals {
        let possible = match &field.kind {
            Kind::Choice(choices) => choices.iter().any(|choice| choice.code == *value),
            Kind::YesNo => matches!(value.as_str(), "yes" | "no"),
            _ => true,
        };
        report.hold(
            possible,
            file,
            mark,
            "condition-unknown",
            format!("“{}”没有“{value}”这个选项，条件永远不成立", field.label),
        );
    }
}

fn material(form: &FormSpec, material: &MaterialSpec, file: &str, report: &mut Report) {
    let mark = format!("key = \"{}\"", material.key);
    let told = [&material.signature, &material.source, &material.hint];
    report.hold(
        told.iter().all(|text| !text.trim().is_empty()),
        file,
        &mark,
        "material-vague",
        format!("“{}”没有写全：签名签章要求、来源渠道、填报须知", material.name),
    );
    report.hold(
        material.originals + material.copies > 0,
        file,
        &mark,
        "material-copies",
        format!("“{}”没有写原件、复印件各几份", material.name),
    );
    report.hold(
        material.sample.as_ref().is_some_and(Sample::says_something),
        file,
        &mark,
        "material-sample",
        format!("“{}”没有示范文本，或者示范文本是空的", material.name),
    );
    report.hold(
        !material.accept.is_empty() && (1..=UPLOAD_LIMIT).contains(&material.max_bytes) && material.pages > 0,
        file,
        &mark,
        "material-upload",
        format!("“{}”没有写明收什么格式、多大、几个文件（不超过 20 MB）", material.name),
    );
    report.hold(
        !material.generated || material.blank == Some(Blank::Form),
        file,
        &mark,
        "material-blank",
        format!("“{}”由系统生成，应当提供空白表", material.name),
    );
    report.hold(
        material.required == Required::Optional || !material.common_faults.is_empty(),
        file,
        &mark,
        "material-faults",
        format!("“{}”没有常见错误：补正时要有原因、改法和示例", material.name),
    );
    if let Required::When(cond) = &material.required {
        condition(form, cond, file, &mark, report);
        report.hold(
            !material.when_says.is_empty(),
            file,
            &mark,
            "material-vague",
            format!("“{}”不是一律要交，却没有写什么时候要交", material.name),
        );
    }
}

/// The filled example is what people copy: it must pass the check of the form on the day it was written for. A day that must not
/// have passed says which that is; later editions keep the example as it is.
fn example(item: &Item, business: &BusinessType, file: &str, report: &mut Report) {
    let example = business.form.example();
    let coming = business.form.fields().filter(|field| field.bound == Some(Bound::NotBeforeToday));
    let days = coming.filter_map(|field| read_date(example.get(&field.key)?));
    let day = days.fold(item.effective, Date::min);
    let checked = check(&business.form, &example, day);
    for fault in checked.errors.iter().chain(&checked.warnings) {
        report.at(
            file,
            &format!("key = \"{}\"", fault.key),
            "example-fails",
            format!("示范文本里的“{}”通不过检查：{}", fault.label, fault.says),
        );
    }
}

/// Every citation in every file must point at a text in `law/texts`, down to its paragraph and item.
pub fn citations(file: &SourceFile, report: &mut Report) {
    for (at, line) in file.text.lines().enumerate() {
        for written in quoted(line).filter(|text| text.contains('@')) {
            let says = match written.parse::<Cite>() {
                Err(fault) => fault.to_string(),
                Ok(cite) if cite.words().is_none() => format!("法律文本里没有{}", cite.with_version()),
                Ok(_) => continue,
            };
            let file = file.path.clone();
            report.findings.push(Finding { file, line: at + 1, rule: "citation-unknown", says });
        }
    }
}

pub fn vague_words(file: &SourceFile, report: &mut Report) {
    let lines = file.text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with('#'));
    for (at, line) in lines {
        let Some(word) = VAGUE.iter().find(|word| line.contains(**word)) else { continue };
        report.findings.push(Finding {
            file: file.path.clone(),
            line: at + 1,
            rule: "vague-words",
            says: format!("“{word}”是兜底说法：请逐项写明要什么"),
        });
    }
}

/// The strings of a line of TOML, between double quotes.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}
