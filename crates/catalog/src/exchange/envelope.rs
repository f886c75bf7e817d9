//! The columns of the exchange itself: what is done with a row, how its item stands, and the ids it goes by. A value that this
//! program would not carry out is refused, never passed over.

use super::export::row_id;
use super::import::no_such_bureau;
use super::reading::Reading;
use super::words;
use crate::item::{BusinessType, Item};

impl<'a> Reading<'a> {
    /// A column that is left empty, or isn't there, says nothing.
    pub(super) fn envelope(
        &mut self,
        row: usize,
        cells: &'a [String],
        item: &'a Item,
        business: &'a BusinessType,
    ) {
        self.operation(row, self.value(cells, "cd_operation"));
        self.state(row, cells, item);
        self.entrusted(row, self.value(cells, "entrust_name"), item);
        self.business_code(row, cells, item, business);
    }

    /// 同步类型: I new, U changed. D would take an item from the public with one cell, without anybody's review.
    fn operation(&mut self, row: usize, written: &str) {
        match written {
            "" | "I" | "U" => {}
            "D" => self.refuse(
                row,
                "cd_operation",
                "导入不能删除事项：不改这一行的，把整行删去；要停办的，把这里改成 U，在“计划取消日期”填最后办理的那天，\
                 或者到事项目录登记暂停",
            ),
            other => self.refuse(
                row,
                "cd_operation",
                format!("“{other}”不是交换标准的同步类型：新增填 I，修改填 U"),
            ),
        }
    }

    /// 事项状态 is what the changes on record say; a sheet doesn't pause or cancel an item.
    fn state(&mut self, row: usize, cells: &'a [String], item: &Item) {
        let written = self.value(cells, "task_state");
        if written.is_empty() {
            return;
        }
        let standing = self.catalogue.standing_at(item, Some(self.value(cells, "local_bureau")), self.day);
        let (code, label) = words::task_state(&standing);
        if written == code {
            return;
        }
        let says = if words::STATES.iter().any(|(known, _)| *known == written) {
            format!("这个事项现在是“{label}”，应当填 {code}：要改变状态，请到事项目录登记变动，导入不改状态")
        } else {
            let all = words::STATES.map(|(code, label)| format!("{code} {label}")).join("、");
            format!("“{written}”不是事项状态，只能是{all}：这个事项应当填 {code}")
        };
        self.refuse(row, "task_state", says);
    }

    /// 委托部门 stands only where the national list says that the power is entrusted.
    fn entrusted(&mut self, row: usize, written: &str, item: &Item) {
        let entrusted = item.power_source.contains("委托")
            || item.organ_nature.as_ref().is_some_and(|nature| nature.code == words::ENTRUSTED);
        if !written.is_empty() && !entrusted {
            let says = format!("这个事项的权力来源是“{}”，没有委托部门：请留空", item.power_source);
            self.refuse(row, "entrust_name", says);
        }
    }

    /// 业务办理项编码: the implementation code and two places for the type in the guide's order.
    fn business_code(&mut self, row: usize, cells: &'a [String], item: &Item, business: &BusinessType) {
        let written = self.value(cells, "task_handle_item");
        if written.is_empty() {
            return;
        }
        if item.basic_code.is_empty() {
            self.refuse(row, "task_handle_item", "这个事项还没有基本编码，也就没有业务办理项编码：请留空");
            return;
        }
        let (credit_code, level) = (self.value(cells, "dept_code"), self.value(cells, "use_level"));
        let computed = item.business_code(&format!("{credit_code}{level}{}", item.basic_code), business);
        if written != computed {
            let says = format!("业务办理项编码应当由实施编码加两位顺序号组成：{computed}");
            self.refuse(row, "task_handle_item", says);
        }
    }

    /// 记录唯一标识: 32 hexadecimal digits, with or without the hyphens of a UUID, and no other row's.
    pub(super) fn id(&mut self, row: usize, cells: &'a [String], item: &Item, business: &BusinessType) {
        let written = self.value(cells, "row_guid");
        let bureau = self.value(cells, "local_bureau");
        if written.is_empty() {
            return;
        }
        if !is_id(written) {
            let own = row_id(bureau, item, business);
            let says = format!("“{written}”不是 32 位的标识（只有数字和字母 a 至 f）：请用导出的 {own}");
            self.refuse(row, "row_guid", says);
            return;
        }
        let Some(owner) = self.ids().get(written) else { return };
        let own = (owner.local.bureau.as_str(), owner.item.slug.as_str(), owner.business.slug.as_str());
        if !self.knows(bureau) {
            self.refuse(row, "local_bureau", no_such_bureau(bureau));
        } else if own != (bureau, item.slug.as_str(), business.slug.as_str()) {
            let (whose, what) = (&owner.local.bureau_name, owner.item.title(owner.business));
            let own = row_id(bureau, item, business);
            let says = format!("是“{whose} {what}”那一行的标识：请改成这一行自己的 {own}");
            self.refuse(row, "row_guid", says);
        }
    }
}

fn is_id(written: &str) -> bool {
    let hyphens = [8, 13, 18, 23];
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match written.len() {
        32 => is_hex(written),
        36 => {
            written.bytes().enumerate().all(|(at, byte)| (byte == b'-') == hyphens.contains(&at))
                && is_hex(&written.replace('-', ""))
        }
        _ => false,
    }
}
