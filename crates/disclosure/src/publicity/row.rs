//! From a decision to its row: what goes into which column, what is masked, and what must hold before it is made public.

use jiff::Timestamp;
use jiff::civil::Date;
use law::codes::CreditCode;

use super::columns::{COLUMNS, Row};

/// A decision as `cases` hands it over. Numbers of identity papers come in full and leave masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub bureau: String,
    /// The case.
    pub id: String,
    pub at: Timestamp,
    pub on: Date,
    /// 文书号
    pub number: String,
    pub organ: String,
    pub organ_code: String,
    pub matter: String,
    pub party: Party,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub name: String,
    pub kind: PartyKind,
    pub credit_code: String,
    /// 法定代表人、负责人或者经营者
    pub representative: String,
    pub id_number: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartyKind {
    Organisation,
    /// 个体工商户: reported in the columns of legal persons.
    Household,
    Natural,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Granted {
        licence: String,
        licence_name: String,
        scope: String,
        from: Date,
        to: Date,
    },
    /// The grounds in the words of the rule, without what was found about the person.
    Refused {
        grounds: Vec<String>,
    },
}

impl PartyKind {
    pub fn says(self) -> &'static str {
        match self {
            PartyKind::Organisation => "法人及非法人组织",
            PartyKind::Household => "个体工商户",
            PartyKind::Natural => "自然人",
        }
    }
}

impl Outcome {
    pub fn code(&self) -> &'static str {
        match self {
            Outcome::Granted { .. } => "granted",
            Outcome::Refused { .. } => "refused",
        }
    }
}

/// 居民身份证; other papers don't occur in applications of this system.
const IDENTITY_CARD: &str = "身份证";
/// A retail licence is an ordinary one: 特许、认可、核准、登记 are other things.
const ORDINARY: &str = "普通";
/// 当前状态
pub(super) const IN_FORCE: &str = "1";
pub(super) const NOT_IN_FORCE: &str = "2";

/// The row of a decision, or what is wrong with it, each with its column.
pub fn row(decided: &Decided) -> Result<Row, Vec<String>> {
    let mut row = Row::default();
    party(&mut row, &decided.party);
    row.set("XK_WSH", &decided.number);
    row.set("XK_XKLB", ORDINARY);
    row.set("XK_JDRQ", decided.on.to_string());
    row.set("XK_XKJG", &decided.organ);
    row.set("XK_XKJGDM", &decided.organ_code);
    row.set("XK_LYDW", &decided.organ);
    row.set("XK_LYDWDM", &decided.organ_code);
    match &decided.outcome {
        Outcome::Granted { licence, licence_name, scope, from, to } => {
            row.set("XK_XKWS", "准予行政许可决定书");
            row.set("XK_XKZS", licence_name);
            row.set("XK_XKBH", licence);
            row.set("XK_NR", format!("{}：{scope}", decided.matter));
            row.set("XK_YXQZ", from.to_string());
            row.set("XK_YXQZI", to.to_string());
            row.set("XK_ZT", IN_FORCE);
        }
        // A refusal gives no right, so it has no validity and nothing of it is in force (docs/decisions/0080).
        Outcome::Refused { grounds } => {
            row.set("XK_XKWS", "不予行政许可决定书");
            row.set("XK_NR", format!("{}：不予许可。{}", decided.matter, grounds.join("；")));
            row.set("XK_ZT", NOT_IN_FORCE);
            row.set("BZ", "不予行政许可决定，没有有效期");
        }
    }
    let wrong = faults(&row, decided);
    if wrong.is_empty() { Ok(row) } else { Err(wrong) }
}

fn party(row: &mut Row, party: &Party) {
    row.set("XK_XDR_LB", party.kind.says());
    match party.kind {
        PartyKind::Natural => {
            // A person without a business is nobody to search for by name.
            row.set("XK_XDR_MC", web::text::mask_name(&party.name));
            if !party.id_number.is_empty() {
                row.set("XK_XDR_ZJLX", IDENTITY_CARD);
                row.set("XK_XDR_ZJHM", web::text::mask_id(&party.id_number));
            }
        }
        PartyKind::Organisation | PartyKind::Household => {
            row.set("XK_XDR_MC", &party.name);
            row.set("XK_XDR_SHXYM", &party.credit_code);
            // The operator of a household business is a natural person; the data set asks for the name of legal persons' only.
            row.set(
                "XK_FRDB",
                match party.kind {
                    PartyKind::Organisation => party.representative.clone(),
                    PartyKind::Household | PartyKind::Natural => web::text::mask_name(&party.representative),
                },
            );
            if !party.id_number.is_empty() {
                row.set("XK_FR_ZJLX", IDENTITY_CARD);
                row.set("XK_FR_ZJHM", web::text::mask_id(&party.id_number));
            }
        }
    }
}

fn faults(row: &Row, decided: &Decided) -> Vec<String> {
    let mut found = Vec::new();
    let granted = matches!(decided.outcome, Outcome::Granted { .. });
    for column in COLUMNS.iter().filter(|column| column.always) {
        let of_validity = matches!(column.code, "XK_YXQZ" | "XK_YXQZI");
        if row.get(column.code).is_empty() && (granted || !of_validity) {
            found.push(format!("“{}”（{}）没有内容", column.says, column.code));
        }
    }
    for code in ["XK_XDR_SHXYM", "XK_XKJGDM"] {
        let value = row.get(code);
        let needed = code == "XK_XKJGDM" || decided.party.kind != PartyKind::Natural;
        if needed && let Err(fault) = CreditCode::parse(value) {
            found.push(format!("统一社会信用代码（{code}）不正确：{fault}"));
        }
    }
    if let Outcome::Granted { from, to, .. } = &decided.outcome
        && !(decided.on <= *from && from <= to)
    {
        found.push("日期顺序不对：决定日期应当不晚于有效期自，有效期自应当不晚于有效期至".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    pub(crate) fn decided() -> Decided {
        Decided {
            bureau: "990101".into(),
            id: "case-1".into(),
            at: "2026-11-23T02:00:00Z".parse().unwrap(),
            on: date(2026, 11, 23),
            number: "城中烟许准〔2026〕第00001号".into(),
            organ: "城中区烟草专卖局（演示）".into(),
            organ_code: "11990000099010013R".into(),
            matter: "烟草专卖零售许可证核发（新办）".into(),
            party: Party {
                name: "城中区桥城顾云凯食杂店".into(),
                kind: PartyKind::Household,
                credit_code: "92990101AHFK86MM87".into(),
                representative: "顾云凯".into(),
                id_number: "990101198704122151".into(),
            },
            outcome: Outcome::Granted {
                licence: "990101100001".into(),
                licence_name: "烟草专卖零售许可证".into(),
                scope: "卷烟本店零售、雪茄烟本店零售".into(),
                from: date(2026, 11, 23),
                to: date(2031, 11, 22),
            },
        }
    }

    #[test]
    fn a_household_business_is_reported_in_the_columns_of_legal_persons_with_its_id_masked() {
        let row = row(&decided()).unwrap();
        assert_eq!(row.get("XK_XDR_LB"), "个体工商户");
        assert_eq!(row.get("XK_XDR_SHXYM"), "92990101AHFK86MM87");
        assert_eq!(row.get("XK_FR_ZJHM"), "990***********2151");
        assert_eq!(row.get("XK_FRDB"), "顾**");
        assert_eq!(row.get("XK_XDR_ZJHM"), "");
        assert_eq!((row.get("XK_XKBH"), row.get("XK_ZT")), ("990101100001", "1"));
        assert!(!serde_json::to_string(&row).unwrap().contains("19870412"));
    }

    #[test]
    fn every_column_that_must_be_filled_is_filled_and_every_masked_one_is_masked() {
        let row = row(&decided()).unwrap();
        for column in COLUMNS {
            let value = row.get(column.code);
            assert!(!column.always || !value.is_empty(), "{}", column.code);
            assert!(!column.masked || value.is_empty() || value.contains("***"), "{}: {value}", column.code);
        }
    }

    #[test]
    fn a_natural_person_shows_neither_name_nor_number() {
        let party = Party {
            name: "欧阳明".into(),
            kind: PartyKind::Natural,
            credit_code: String::new(),
            representative: String::new(),
            id_number: "990101198704122151".into(),
        };
        let row = row(&Decided { party, ..decided() }).unwrap();
        assert_eq!(row.get("XK_XDR_MC"), "欧**");
        assert_eq!(row.get("XK_XDR_ZJHM"), "990***********2151");
        assert_eq!((row.get("XK_FRDB"), row.get("XK_XDR_SHXYM")), ("", ""));
    }

    #[test]
    fn a_refusal_names_the_rule_and_has_no_validity() {
        let grounds = vec!["不符合当地烟草制品零售点合理布局要求".to_owned()];
        let row = row(&Decided { outcome: Outcome::Refused { grounds }, ..decided() }).unwrap();
        assert!(row.get("XK_NR").contains("不予许可。不符合当地"));
        assert_eq!((row.get("XK_YXQZ"), row.get("XK_XKBH"), row.get("XK_ZT")), ("", "", "2"));
    }

    #[test]
    fn what_breaks_a_rule_of_the_data_set_is_held_with_its_reason() {
        let wrong = |change: fn(&mut Decided)| {
            let mut decided = decided();
            change(&mut decided);
            row(&decided).unwrap_err().join("\n")
        };
        assert!(wrong(|one| one.party.credit_code = "92990101AHFK86MM88".into()).contains("XK_XDR_SHXYM"));
        assert!(wrong(|one| one.party.credit_code.clear()).contains("XK_XDR_SHXYM"));
        assert!(wrong(|one| one.number.clear()).contains("XK_WSH"));
        assert!(wrong(|one| one.on = date(2026, 11, 24)).contains("日期顺序"));
    }
}
