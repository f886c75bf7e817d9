//! From the catalogue to the tables: a row of the basic table for every business type at every bureau that takes it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::columns::{BASIC, EXTEND, FEE, LAW, MATERIAL, QA, SPECIAL, TABLES, TableKind, WINDOW};
use super::{Table, words};
use crate::catalogue::Catalogue;
use crate::elements::Guide;
use crate::item::{BusinessType, Item};
use crate::local::LocalItem;
use crate::material::{MaterialSpec, Required};
use crate::read;

/// All tables as of `day`; of one bureau when one is named.
pub fn tables(catalogue: &Catalogue, bureau: Option<&str>, day: Date, batch: &str) -> Vec<Table> {
    let mut all: Vec<Table> = TABLES.iter().map(empty).collect();
    for code in catalogue.bureaus().keys().filter(|code| bureau.is_none_or(|wanted| wanted == **code)) {
        for (item, local) in catalogue.done_at(code) {
            for business in &item.types {
                let guide = Guide { item, business, local: Some(local), day };
                let (state, _) = words::task_state(&catalogue.standing_at(item, Some(code), day));
                let id = row_id(&local.bureau, item, business);
                let row = Row { guide, local, id, state, batch };
                for table in &mut all {
                    row.fill(table);
                }
            }
        }
    }
    all
}

/// The rows that a guide has in one table, under its headings.
pub fn rows_of(guide: &Guide<'_>, kind: &TableKind) -> Table {
    let Some(local) = guide.local else { return Table::default() };
    let id = row_id(&local.bureau, guide.item, guide.business);
    let mut table = empty(kind);
    Row { guide: *guide, local, id, state: "", batch: "" }.fill(&mut table);
    table
}

fn empty(kind: &TableKind) -> Table {
    Table {
        name: kind.name.to_owned(),
        columns: kind.columns.iter().map(|column| column.code.to_owned()).collect(),
        rows: Vec::new(),
    }
}

/// The catalogue as JSON: the national list and each bureau's own words; of one bureau's only when one is named.
pub fn whole(catalogue: &Catalogue, bureau: Option<&str>) -> Value {
    let locals: BTreeMap<&str, &LocalItem> = catalogue
        .items()
        .iter()
        .flat_map(|item| catalogue.locals(item))
        .filter(|local| bureau.is_none_or(|wanted| wanted == local.bureau))
        .map(|local| (local.file.as_str(), local))
        .collect();
    let locals: Vec<Value> =
        locals.into_iter().map(|(file, local)| json!({ "file": file, "local": local })).collect();
    json!({
        "format": "yanzheng-items",
        "version": 1,
        "base": catalogue.base(),
        "items": catalogue.items().iter().map(|item| &**item).collect::<Vec<_>>(),
        "changes": catalogue.changes(),
        "locals": locals,
    })
}

/// The columns of the basic table that only the national list sets, with what it says.
pub fn national(guide: &Guide<'_>) -> Vec<(&'static str, String)> {
    let item = guide.item;
    let told = |number: u8| guide.told(number);
    vec![
        ("task_name", told(1)),
        ("catalog_code", told(2)),
        ("task_type", told(5)),
        ("by_law", told(6)),
        ("power_source", words::power_source(&item.power_source).to_owned()),
        ("task_version", item.version.clone()),
        ("dept_type", told(14)),
        ("anticipate_day", told(15)),
        ("anticipate_type", words::WORKDAY.to_owned()),
        ("anticipate_explain", told(17)),
        ("promise_type", words::WORKDAY.to_owned()),
        ("accept_condition", told(21)),
        ("handle_flow", told(22)),
        ("is_fee", told(31)),
        ("fee_basis", told(32)),
        ("server_type", told(35)),
        ("project_type", item.handling.code.clone()),
        ("handle_type", told(40)),
        ("limit_scene_num", item.visits.to_string()),
    ]
}

/// The same row has the same id in every export.
pub fn row_id(bureau: &str, item: &Item, business: &BusinessType) -> String {
    let name = format!("{bureau}\0{}\0{}", item.slug, business.slug);
    read::of_text(&name)[..32].to_owned()
}

/// Whose a row of the basic table is.
pub struct Owner<'a> {
    pub local: &'a LocalItem,
    pub item: &'a Item,
    pub business: &'a BusinessType,
}

/// By row id.
pub type RowIds<'a> = BTreeMap<String, Owner<'a>>;

/// Every row that [`tables`] writes, by the id it has there.
pub fn row_ids(catalogue: &Catalogue) -> RowIds<'_> {
    let done = catalogue.bureaus().into_keys().flat_map(|code| catalogue.done_at(code));
    let rows = done.flat_map(|(item, local)| {
        item.types
            .iter()
            .map(move |business| (row_id(&local.bureau, item, business), Owner { local, item, business }))
    });
    rows.collect()
}

/// One business type at one bureau.
struct Row<'a> {
    guide: Guide<'a>,
    local: &'a LocalItem,
    id: String,
    state: &'static str,
    batch: &'a str,
}

impl Row<'_> {
    fn fill(&self, table: &mut Table) {
        let rows: Vec<Vec<(&str, String)>> = match table.name.as_str() {
            BASIC => vec![self.basic()],
            EXTEND => vec![self.extend()],
            MATERIAL => self.materials(),
            FEE => self.fees(),
            QA => self.questions(),
            WINDOW => self.windows(),
            SPECIAL => self.special(),
            LAW => self.laws(),
            _ => Vec::new(),
        };
        for row in rows {
            let value = |column: &String| match column.as_str() {
                "row_guid" => self.id.clone(),
                code => {
                    row.iter().find(|(name, _)| *name == code).map(|(_, v)| v.clone()).unwrap_or_default()
                }
            };
            let cells = table.columns.iter().map(value).collect();
            table.rows.push(cells);
        }
    }

    fn basic(&self) -> Vec<(&'static str, String)> {
        let Guide { item, business, day, .. } = self.guide;
        let told = |number: u8| self.guide.told(number);
        let local_code = self.local.local_codes.first().map(|code| code.value.clone()).unwrap_or_default();
        let mut row = national(&self.guide);
        row.extend([
            ("local_bureau", self.local.bureau.clone()),
            ("local_item", item.slug.clone()),
            ("local_business", business.slug.clone()),
            ("use_level", self.local.level.to_string()),
            ("task_code", told(3)),
            ("local_task_code", local_code),
            ("task_handle_item", self.local.business_code(item, business)),
            ("task_state", self.state.to_owned()),
            ("dept_name", told(11)),
            ("dept_code", told(12)),
            ("promise_day", told(18)),
            ("promise_explain", told(20)),
            ("special_procedure", if business.special.is_empty() { "无".to_owned() } else { told(41) }),
            ("transact_addr", told(50)),
            ("transact_time", told(51)),
            ("link_way", told(53)),
            ("supervise_way", told(54)),
            ("link_addr", told(48)),
            ("mobile_terminal_url", told(48)),
            ("is_single_login", words::NOT_CONNECTED.to_owned()),
            ("app_is_single_login", words::NOT_CONNECTED.to_owned()),
            ("plan_effective_date", self.local.effective.to_string()),
            ("plan_cancel_date", self.local.ends.map(|date| date.to_string()).unwrap_or_default()),
            ("cd_operation", "I".to_owned()),
            ("cd_time", day.to_string()),
            ("cd_batch", self.batch.to_owned()),
            ("data_source", words::SOURCE_OF_DATA.to_owned()),
        ]);
        row
    }

    fn extend(&self) -> Vec<(&'static str, String)> {
        let item = self.guide.item;
        let told = |number: u8| self.guide.told(number);
        vec![
            ("is_entry_center", words::yes_no(self.local.in_service_hall).to_owned()),
            ("handle_area", told(33)),
            ("other_dept", told(23)),
            ("service_type", told(27)),
            ("limit_explain", told(28)),
            ("result_type", words::result_type(&item.result.kind).to_owned()),
            ("result_name", told(29)),
            ("result_guid", told(30)),
            ("is_schedule", told(44)),
            ("is_pay_online", told(45)),
            ("is_express", told(46)),
            ("is_service_terminals", "0".to_owned()),
            ("user_topic_type", told(38)),
            ("corp_topic_type", told(37)),
            ("is_online", told(47)),
            ("online_handle_depth", words::online_depth(&item.online_depth).to_owned()),
            ("online_handle_url", told(48)),
            ("limit_scene_explain", item.visits_reason.clone()),
        ]
    }

    fn materials(&self) -> Vec<Vec<(&'static str, String)>> {
        let Guide { item, business, .. } = self.guide;
        let paper = |kind: &str, key: &str, there: bool| {
            if there {
                format!("/guides/{}/{}/{kind}/{key}", item.slug, business.slug)
            } else {
                String::new()
            }
        };
        let row = |(at, one): (usize, &MaterialSpec)| {
            let waived = self.local.waives(business, &one.key);
            vec![
                ("material_name", one.name.clone()),
                ("material_type", words::material_type(one.originals, one.copies).to_owned()),
                ("material_format", words::material_format(one.form.label()).to_owned()),
                ("is_need", words::yes_no(one.required == Required::Always && waived.is_none()).to_owned()),
                ("form_guid", paper("blank", &one.key, one.blank.is_some())),
                ("example_guid", paper("sample", &one.key, one.sample.is_some())),
                ("source_type", words::source_type(&one.source).to_owned()),
                ("source_explain", one.source.clone()),
                ("page_num", (u16::from(one.originals) + u16::from(one.copies)).to_string()),
                ("page_num_y", one.originals.to_string()),
                ("page_num_f", one.copies.to_string()),
                ("page_format", "A4".to_owned()),
                ("fill_explain", one.hint.clone()),
                ("accept_stand", one.signature.clone()),
                ("by_law", one.basis.with_version()),
                ("handle_case", one.when_says.clone()),
                ("is_eform", words::yes_no(one.generated).to_owned()),
                ("remark", waived.map(|one| format!("免交：{}", one.instead)).unwrap_or_default()),
                ("order_num", (at + 1).to_string()),
            ]
        };
        business.materials.iter().enumerate().map(row).collect()
    }

    fn fees(&self) -> Vec<Vec<(&'static str, String)>> {
        let fees = &self.guide.item.fees;
        if !fees.charged {
            return Vec::new();
        }
        vec![vec![
            ("fee_name", fees.project.clone()),
            ("fee_stand", fees.standard.clone()),
            ("by_law", fees.basis.with_version()),
        ]]
    }

    fn questions(&self) -> Vec<Vec<(&'static str, String)>> {
        let Guide { item, business, .. } = self.guide;
        let all = business.faq.iter().chain(&item.faq).chain(&self.local.faq);
        all.enumerate()
            .map(|(at, one)| {
                vec![
                    ("question", one.q.clone()),
                    ("answer", one.a.clone()),
                    ("ordernum", (at + 1).to_string()),
                ]
            })
            .collect()
    }

    fn windows(&self) -> Vec<Vec<(&'static str, String)>> {
        let row = |(at, hall): (usize, &crate::Hall)| {
            vec![
                ("window_hall", hall.name.clone()),
                ("window_name", hall.window.clone()),
                ("window_tel", hall.phone.clone()),
                ("transact_addr", hall.address.clone()),
                ("transact_time", hall.hours.clone()),
                ("traffic_info", hall.traffic.clone()),
                ("ordernumber", (at + 1).to_string()),
            ]
        };
        self.local.halls.iter().enumerate().map(row).collect()
    }

    fn special(&self) -> Vec<Vec<(&'static str, String)>> {
        let row = |one: &crate::Special| {
            vec![
                ("special_name", one.name.clone()),
                ("special_date", one.days.to_string()),
                ("special_date_type", words::WORKDAY.to_owned()),
                ("special_dept", self.local.bureau_name.clone()),
                ("special_desc", format!("{}（{}）", one.says, one.cite.with_version())),
            ]
        };
        self.guide.business.special.iter().map(row).collect()
    }

    fn laws(&self) -> Vec<Vec<(&'static str, String)>> {
        let row = |one: &crate::Basis| {
            let place = one.cite.to_string();
            vec![
                ("law_name", one.cite.law.to_string()),
                ("law_number", one.cite.version.to_string()),
                ("clause_number", place.split_once('》').map(|(_, rest)| rest.to_owned()).unwrap_or(place)),
                ("clause_content", one.cite.article_text().to_owned()),
            ]
        };
        self.guide.item.basis.iter().map(row).collect()
    }
}
