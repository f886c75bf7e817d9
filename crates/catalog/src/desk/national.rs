//! What the national list says in words, as a form and back. One change here reaches the guides of all bureaus.

use web::parts::{Field, Input};
use web::{Fields, Problems};

use super::form::Group;
use crate::catalogue::{Catalogue, SourceFile};
use crate::fault::Fault;
use crate::item::{BusinessType, Item};

/// Field, label, and whether it may be left empty.
const OF_ITEM: [(&str, &str, bool); 5] = [
    ("organ", "实施主体", false),
    ("authority", "权限划分", false),
    ("content", "行使内容", false),
    ("quantity_limit", "数量限制", false),
    ("everyday_words", "平常的说法（用顿号隔开）", false),
];
const OF_BUSINESS: [(&str, &str); 4] = [
    ("wish", "我想办（群众的说法）"),
    ("summary", "适用情形"),
    ("when_says", "什么时候办"),
    ("notices", "注意事项（一行一条）"),
];

fn name(business: &BusinessType, field: &str) -> String {
    format!("{}-{field}", business.slug)
}

/// Types whose files stand in the item's own folder; borrowed ones are changed where they belong.
fn own_types<'a>(catalogue: &Catalogue, item: &'a Item) -> Vec<&'a BusinessType> {
    item.types.iter().filter(|one| catalogue.file(&path(item, &one.slug)).is_some()).collect()
}

fn path(item: &Item, file: &str) -> String {
    format!("items/{}/{file}.toml", item.slug)
}

/// What stands in the form before anybody types.
pub fn typed(catalogue: &Catalogue, item: &Item) -> Fields {
    let mut pairs = vec![
        ("organ".to_owned(), item.organ.clone()),
        ("authority".to_owned(), item.authority.clone()),
        ("content".to_owned(), item.content.clone()),
        ("quantity_limit".to_owned(), item.quantity_limit.clone()),
        ("everyday_words".to_owned(), item.everyday_words.join("、")),
    ];
    for business in own_types(catalogue, item) {
        pairs.extend([
            (name(business, "wish"), business.wish.clone()),
            (name(business, "summary"), business.summary.clone()),
            (name(business, "when_says"), business.when_says.clone()),
            (name(business, "notices"), business.notices.join("\n")),
            (name(business, "promised"), business.limits.promised.to_string()),
        ]);
    }
    pairs.into_iter().collect()
}

/// The form.
pub fn groups(catalogue: &Catalogue, item: &Item, typed: &Fields, problems: &Problems) -> Vec<Group> {
    let mut head = Group::new("整个事项", "");
    let long =
        |name: String, label: &str| Field::new(name, label, Input::Long).required().fill(typed, problems);
    head.fields = OF_ITEM.iter().map(|(field, label, _)| long((*field).to_owned(), label)).collect();
    let mut all = vec![head];
    for business in own_types(catalogue, item) {
        let mut group = Group::new(business.name.clone(), "");
        group.fields = OF_BUSINESS.iter().map(|(field, label)| long(name(business, field), label)).collect();
        let limit = format!("法定 {} 个工作日，承诺不能比它长", business.limits.statutory);
        group.fields.push(
            Field::new(name(business, "promised"), "全国承诺办结时限", Input::Number)
                .required()
                .hint(limit)
                .unit("个工作日")
                .fill(typed, problems),
        );
        all.push(group);
    }
    all
}

/// The files that what was typed changes; those it leaves as they are stay out.
///
/// # Errors
/// When a file of the list can't be read or written as TOML.
pub fn read(
    catalogue: &Catalogue,
    item: &Item,
    sent: &Fields,
    problems: &mut Problems,
) -> Result<Vec<SourceFile>, Fault> {
    let before = typed(catalogue, item);
    let mut files = Vec::new();
    let mut head = Table::of(catalogue, &path(item, "item"))?;
    for (field, label, _) in OF_ITEM {
        let value = sent.get(field);
        if value.is_empty() {
            problems.add(field, format!("“{label}”不能空着"));
        } else if value != before.get(field) {
            match field {
                "everyday_words" => head.set_list(field, value.split(['、', '，', ','])),
                _ => head.set(field, value.into()),
            }
        }
    }
    files.extend(head.changed()?);
    for business in own_types(catalogue, item) {
        let mut table = Table::of(catalogue, &path(item, &business.slug))?;
        for (field, label) in OF_BUSINESS {
            let (name, value) = (name(business, field), sent.get(&name(business, field)));
            if value.is_empty() {
                problems.add(name, format!("“{label}”不能空着"));
            } else if normal(value) != before.get(&name) {
                match field {
                    "notices" => table.set_list(field, value.lines()),
                    _ => table.set(field, normal(value).into()),
                }
            }
        }
        promised(business, &mut table, sent, problems);
        files.extend(table.changed()?);
    }
    Ok(files)
}

/// Browsers send line ends their own way.
fn normal(value: &str) -> String {
    value.replace("\r\n", "\n")
}

fn promised(business: &BusinessType, table: &mut Table, sent: &Fields, problems: &mut Problems) {
    let name = name(business, "promised");
    match sent.get(&name).parse::<u16>() {
        Ok(days) if days == business.limits.promised => {}
        Ok(days) if days >= 1 && days <= business.limits.statutory => table.set_limit("promised", days),
        _ => problems
            .add(name, format!("承诺时限应当是 1 至 {} 个工作日，只填数字", business.limits.statutory)),
    }
}

/// A data file that is being changed.
struct Table {
    path: String,
    table: toml::Table,
    touched: bool,
}

impl Table {
    fn of(catalogue: &Catalogue, path: &str) -> Result<Table, Fault> {
        let text = catalogue.file(path).map(|file| file.text.as_str()).unwrap_or_default();
        let table = toml::from_str(text).map_err(|fault| Fault::Body(fault.to_string()))?;
        Ok(Table { path: path.to_owned(), table, touched: false })
    }

    fn set(&mut self, field: &str, value: toml::Value) {
        self.table.insert(field.to_owned(), value);
        self.touched = true;
    }

    fn set_list<'a>(&mut self, field: &str, parts: impl Iterator<Item = &'a str>) {
        let parts = parts.map(str::trim).filter(|one| !one.is_empty());
        self.set(field, parts.map(|one| toml::Value::from(one.to_owned())).collect::<Vec<_>>().into());
    }

    fn set_limit(&mut self, field: &str, days: u16) {
        if let Some(limits) = self.table.get_mut("limits").and_then(toml::Value::as_table_mut) {
            limits.insert(field.to_owned(), i64::from(days).into());
            self.touched = true;
        }
    }

    fn changed(self) -> Result<Option<SourceFile>, Fault> {
        if !self.touched {
            return Ok(None);
        }
        let text = toml::to_string_pretty(&self.table).map_err(|fault| Fault::Body(fault.to_string()))?;
        Ok(Some(SourceFile { path: self.path, text }))
    }
}

#[cfg(test)]
mod tests;
