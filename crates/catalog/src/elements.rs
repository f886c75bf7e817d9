//! The 64 elements of 政务服务事项 in GB/T 39046—2020 表4, as this catalogue tells them: for exchange, for JSON, and to count
//! what a bureau has left open. Pure.

use jiff::civil::Date;

use crate::item::{BusinessType, Item};
use crate::local::LocalItem;
use crate::material::{MaterialSpec, Required};

/// One element of 表4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its place in 表4.
    pub number: u8,
    pub name: &'static str,
    /// The column of the national exchange tables that carries it; empty when none does.
    pub column: &'static str,
    /// A guide without it is incomplete.
    pub needed: bool,
    /// Set by the bureau in its 实施清单; all others are the national list's.
    pub local: bool,
}

const fn base(number: u8, name: &'static str, column: &'static str) -> Element {
    Element { number, name, column, needed: true, local: false }
}

const fn local(number: u8, name: &'static str, column: &'static str) -> Element {
    Element { number, name, column, needed: true, local: true }
}

/// Told where there is something to tell.
const fn may(element: Element) -> Element {
    Element { needed: false, ..element }
}

/// First of the elements that describe a single material.
pub const FIRST_OF_MATERIAL: u8 = 56;

#[rustfmt::skip]
pub const ELEMENTS: [Element; 64] = [
    base(1, "事项名称", "task_name"),
    base(2, "基本编码", "catalog_code"),
    local(3, "实施编码", "task_code"),
    base(4, "事项类型", ""),
    base(5, "事项类型代码", "task_type"),
    base(6, "设定依据", "by_law"),
    base(7, "行使层级", ""),
    base(8, "行使层级代码", "use_level"),
    base(9, "权限划分", ""),
    base(10, "行使内容", ""),
    local(11, "实施主体", "dept_name"),
    local(12, "实施主体代码", "dept_code"),
    base(13, "实施主体性质", ""),
    base(14, "实施主体性质代码", "dept_type"),
    base(15, "法定办结时限", "anticipate_day"),
    base(16, "法定办结时限单位", "anticipate_type"),
    base(17, "法定办结时限说明", "anticipate_explain"),
    local(18, "承诺办结时限", "promise_day"),
    local(19, "承诺办结时限单位", "promise_type"),
    local(20, "承诺办结时限说明", "promise_explain"),
    base(21, "受理条件", "accept_condition"),
    base(22, "办理流程", "handle_flow"),
    may(base(23, "共同实施部门", "other_dept")),
    may(base(24, "共同实施部门代码", "")),
    may(local(25, "承办机构", "")),
    may(local(26, "承办机构代码", "")),
    base(27, "中介服务", "service_type"),
    base(28, "数量限制", "limit_explain"),
    base(29, "结果名称", "result_name"),
    base(30, "结果样本", "result_guid"),
    base(31, "是否收费", "is_fee"),
    base(32, "收费依据", "fee_basis"),
    base(33, "通办范围代码", "handle_area"),
    base(34, "服务对象", ""),
    base(35, "服务对象代码", "server_type"),
    may(base(36, "服务主题", "")),
    may(base(37, "法人主题", "corp_topic_type")),
    may(base(38, "自然人主题", "user_topic_type")),
    base(39, "办理形式", ""),
    base(40, "办理形式代码", "handle_type"),
    may(base(41, "特别程序", "special_procedure")),
    local(42, "行政管辖", ""),
    local(43, "行政管辖代码", ""),
    base(44, "是否支持预约办理", "is_schedule"),
    base(45, "是否支持网上支付", "is_pay_online"),
    base(46, "是否支持物流快递", "is_express"),
    base(47, "是否网办", "is_online"),
    may(base(48, "网办地址", "online_handle_url")),
    base(49, "运行系统层级", ""),
    local(50, "办理地点", "transact_addr"),
    local(51, "办理时间", "transact_time"),
    local(52, "咨询方式", "link_way"),
    local(53, "咨询电话", ""),
    local(54, "监督电话", "supervise_way"),
    base(55, "常见问题", ""),
    base(56, "材料名称", "material_name"),
    base(57, "出具机构", "source_explain"),
    may(base(58, "出具时间要求", "")),
    base(59, "材料办理说明", "fill_explain"),
    may(base(60, "材料办理地点", "")),
    base(61, "材料使用说明", "accept_stand"),
    base(62, "原件份数", "page_num_y"),
    base(63, "复印件份数", "page_num_f"),
    base(64, "是否必备", "is_need"),
];

/// The most characters an element may have: the data types an..n of 表4 (n..2 for counts of papers), by the element's number.
/// Elements without a width there are not in it.
pub const WIDTHS: [(u8, usize); 12] = [
    (1, 200),
    (6, 1000),
    (11, 100),
    (12, 18),
    (27, 2000),
    (28, 200),
    (29, 100),
    (51, 150),
    (53, 18),
    (56, 200),
    (62, 2),
    (63, 2),
];

/// A guide at a bureau on a day: what the elements are read from.
#[derive(Clone, Copy)]
pub struct Guide<'a> {
    pub item: &'a Item,
    pub business: &'a BusinessType,
    pub local: Option<&'a LocalItem>,
    pub day: Date,
}

impl Guide<'_> {
    /// What the guide says for an element before the materials'; empty when it says nothing.
    pub fn told(&self, number: u8) -> String {
        match number {
            1..=17 => self.what(number),
            18..=33 => self.how(number),
            34..=49 => self.whom(number),
            50..=55 => self.place(number),
            _ => String::new(),
        }
    }

    /// Who does what, under which law, within which legal limit.
    fn what(&self, number: u8) -> String {
        let Guide { item, business, local, .. } = self;
        match number {
            1 => item.title(business),
            2 => item.basic_code.clone(),
            3 => local.map(|one| one.implementation_code(item)).unwrap_or_default(),
            4 => item.kind.label.clone(),
            5 => item.kind.code.clone(),
            6 => join("；", item.basis.iter().map(|one| one.cite.with_version())),
            7 => join("、", item.levels.iter().map(|one| one.label.clone())),
            8 => join("^", item.levels.iter().map(|one| one.code.clone())),
            9 => item.authority.clone(),
            10 => item.content.clone(),
            11 => local.map_or_else(|| item.organ.clone(), |one| one.bureau_name.clone()),
            12 => local.map(|one| one.credit_code.clone()).unwrap_or_default(),
            13 => item.organ_nature.as_ref().map(|one| one.label.clone()).unwrap_or_default(),
            14 => item.organ_nature.as_ref().map(|one| one.code.clone()).unwrap_or_default(),
            15 => business.limits.statutory.to_string(),
            16 => WORKDAYS.to_owned(),
            _ => format!("{}。{}", business.limits.from, business.limits.says),
        }
    }

    /// The promised limit, conditions, steps, result and fee.
    fn how(&self, number: u8) -> String {
        let Guide { item, business, local, day } = self;
        let promised = local.map_or(business.limits.promised, |one| one.promised(business, *day));
        match number {
            18 => promised.to_string(),
            19 => WORKDAYS.to_owned(),
            20 => match local.and_then(|one| one.promise(business, *day)) {
                Some(promise) => promise.cite.clone(),
                None => business.limits.from.clone(),
            },
            21 => numbered(business.conditions.iter().map(|one| &one.says)),
            22 => join("→", business.process.iter().map(|one| one.name.clone())),
            23 => join("、", item.joint.iter().cloned()),
            25 => local.map(|one| one.handled_by.clone()).unwrap_or_default(),
            27 => item.intermediary.clone(),
            28 => item.quantity_limit.clone(),
            29 => item.result.name.clone(),
            30 => join("；", item.result.sample.iter().map(|(name, value)| format!("{name}：{value}"))),
            31 => yes_no(item.fees.charged),
            32 => item.fees.basis.with_version(),
            33 => {
                let wider = local.map(|one| &one.handle_area).filter(|area| !area.is_empty());
                wider.unwrap_or(&item.handle_area).clone()
            }
            _ => String::new(),
        }
    }

    /// Whom it serves, in which ways, where in the web.
    fn whom(&self, number: u8) -> String {
        let Guide { item, business, local, .. } = self;
        match number {
            34 => join("、", item.subjects.iter().map(|one| one.label.clone())),
            35 => join("^", item.subjects.iter().map(|one| one.code.clone())),
            37 => join("、", item.topics_company.iter().cloned()),
            38 => join("、", item.topics_person.iter().cloned()),
            39 => join("、", item.ways.iter().map(|one| one.label.clone())),
            40 => join("^", item.ways.iter().map(|one| one.code.clone())),
            41 => join("；", business.special.iter().map(|one| format!("{}：{}", one.name, one.says))),
            42 => local.map(|one| one.bureau_name.clone()).unwrap_or_default(),
            43 => local.map(|one| one.bureau.clone()).unwrap_or_default(),
            44 => yes_no(item.appointment),
            45 => yes_no(item.pay_online),
            46 => yes_no(item.express),
            47 => yes_no(self.is_online()),
            48 => self.apply_address().unwrap_or_default(),
            49 => item.system_level.clone(),
            _ => String::new(),
        }
    }

    /// Where and when, whom to call, what people ask.
    fn place(&self, number: u8) -> String {
        let Guide { item, business, local, .. } = self;
        let own = local.map(|one| one.faq.as_slice()).unwrap_or_default();
        match (number, local) {
            (50, Some(one)) => join("；", one.halls.iter().map(|it| format!("{}，{}", it.name, it.address))),
            (51, Some(one)) => join("；", one.halls.iter().map(|it| it.hours.clone())),
            (52, Some(one)) => format!("电话 {}；窗口", one.consult_phone),
            (53, Some(one)) => one.consult_phone.clone(),
            (54, Some(one)) => one.complaint_phone.clone(),
            (55, _) => {
                let all = business.faq.iter().chain(&item.faq).chain(own);
                join("\n", all.map(|one| format!("问：{}答：{}", one.q, one.a)))
            }
            _ => String::new(),
        }
    }

    /// Whether this business type, not only the item, can be applied for in the web today.
    pub fn is_online(&self) -> bool {
        self.business.is_open() || self.business.apply_at.is_some()
    }

    /// The address of the application, if there is one in the web.
    pub fn apply_address(&self) -> Option<String> {
        let bureau = self.local.map(|one| format!("?bureau={}", one.bureau)).unwrap_or_default();
        match &self.business.apply_at {
            Some(at) => Some(format!("/apply/{}/{}{bureau}", at.item, at.business)),
            None if self.business.is_open() => {
                Some(format!("/apply/{}/{}{bureau}", self.item.slug, self.business.slug))
            }
            None => None,
        }
    }

    /// Names of the needed elements the guide leaves open, a material's with the material's name.
    pub fn left_open(&self) -> Vec<String> {
        let of_guide = needed(1, FIRST_OF_MATERIAL - 1).filter(|one| self.told(one.number).trim().is_empty());
        let of_guide = of_guide.map(|one| one.name.to_owned());
        let of_materials = self.business.materials.iter().flat_map(|material| {
            let open = needed(FIRST_OF_MATERIAL, 64)
                .filter(|one| told_of_material(material, one.number).trim().is_empty());
            open.map(|one| format!("{}（{}）", one.name, material.name))
        });
        of_guide.chain(of_materials).collect()
    }

    /// How many elements a complete guide of this kind tells.
    pub fn wanted(&self) -> usize {
        needed(1, FIRST_OF_MATERIAL - 1).count()
            + self.business.materials.len() * needed(FIRST_OF_MATERIAL, 64).count()
    }
}

const WORKDAYS: &str = "工作日";

fn needed(from: u8, to: u8) -> impl Iterator<Item = &'static Element> {
    ELEMENTS.iter().filter(move |one| one.needed && (from..=to).contains(&one.number))
}

/// What a material says for one of the elements 56 to 64.
pub fn told_of_material(material: &MaterialSpec, number: u8) -> String {
    match number {
        56 => material.name.clone(),
        57 => material.source.clone(),
        58 => material.issued_when.clone(),
        59 => material.hint.clone(),
        60 => material.obtained_at.clone(),
        61 => material.trust.says().to_owned(),
        62 => material.originals.to_string(),
        63 => material.copies.to_string(),
        64 => yes_no(material.required == Required::Always),
        _ => String::new(),
    }
}

fn yes_no(yes: bool) -> String {
    if yes { "1".to_owned() } else { "0".to_owned() }
}

fn join(between: &str, parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(between)
}

fn numbered<'a>(lines: impl Iterator<Item = &'a String>) -> String {
    join("\n", lines.enumerate().map(|(at, line)| format!("{}．{line}", at + 1)))
}

/// How complete a bureau's 实施清单 is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Completeness {
    pub bureau: String,
    pub bureau_name: String,
    pub told: usize,
    pub wanted: usize,
    /// “烟草专卖零售许可证新办：基本编码”
    pub open: Vec<String>,
}

impl Completeness {
    fn add(&mut self, guide: &Guide<'_>) {
        let open = guide.left_open();
        self.wanted += guide.wanted();
        self.told += guide.wanted() - open.len();
        self.open.extend(open.iter().map(|name| format!("{}：{name}", guide.item.title(guide.business))));
    }

    /// 0 to 100, rounded down: 100 means that nothing is left open.
    pub fn score(&self) -> usize {
        (self.told * 100).checked_div(self.wanted).unwrap_or(0)
    }
}

/// How complete the guides of one item are at a bureau.
pub fn completeness_of(item: &Item, local: &LocalItem, day: Date) -> Completeness {
    let mut whole = Completeness {
        bureau: local.bureau.clone(),
        bureau_name: local.bureau_name.clone(),
        told: 0,
        wanted: 0,
        open: Vec::new(),
    };
    for business in &item.types {
        whole.add(&Guide { item, business, local: Some(local), day });
    }
    whole
}

/// The completeness of every bureau that takes applications, by code.
pub fn completeness(catalogue: &crate::Catalogue, day: Date) -> Vec<Completeness> {
    let bureaus = catalogue.bureaus();
    let all = bureaus.into_iter().map(|(bureau, head)| {
        let mut whole = Completeness {
            bureau: bureau.to_owned(),
            bureau_name: head.bureau_name.clone(),
            told: 0,
            wanted: 0,
            open: Vec::new(),
        };
        for (item, local) in catalogue.done_at(bureau) {
            for business in &item.types {
                whole.add(&Guide { item, business, local: Some(local), day });
            }
        }
        whole
    });
    all.filter(|one| one.wanted > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;

    const DAY: Date = jiff::civil::date(2026, 2, 9);

    #[test]
    fn the_elements_are_numbered_as_in_table_4() {
        for (at, element) in ELEMENTS.iter().enumerate() {
            assert_eq!(usize::from(element.number), at + 1, "{}", element.name);
        }
    }

    #[test]
    fn a_county_tells_every_needed_element_of_the_retail_licence() {
        let catalogue = Catalogue::embedded().unwrap();
        let item = catalogue.item("retail-licence").unwrap();
        let local = catalogue.local(item, "990101");
        for business in &item.types {
            let guide = Guide { item, business, local, day: DAY };
            assert_eq!(guide.left_open(), Vec::<String>::new(), "{}", business.name);
        }
        let new = Guide { item, business: item.business("新办").unwrap(), local, day: DAY };
        assert_eq!(new.told(3), "1199010109901003X0400016211200Y");
        assert_eq!((new.told(15), new.told(18)), ("20".into(), "7".into()));
        assert_eq!(new.told(48), "/apply/retail-licence/xinban?bureau=990101");
    }

    #[test]
    fn a_missing_code_costs_points_and_is_named() {
        let catalogue = Catalogue::embedded().unwrap();
        let scores = completeness(&catalogue, DAY);
        let province = scores.iter().find(|one| one.bureau == "990000").unwrap();
        assert!((90..100).contains(&province.score()), "{}", province.score());
        assert!(province.open.iter().all(|one| one.contains("编码")), "{:?}", province.open);
        let county = scores.iter().find(|one| one.bureau == "990101").unwrap();
        assert!(county.open.iter().all(|one| one.contains("电子烟")), "{:?}", county.open);
    }
}
