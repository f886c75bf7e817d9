//! The face of the licence: twelve elements, the twelfth is the QR code.

use super::PaperData;
use crate::kind::Kind;
use crate::samples;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 烟草专卖零售许可证. The QR code is drawn from [`crate::Paper::verify_url`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Licence {
    pub sheet: Sheet,
    /// 许可证号, 12 digits.
    pub number: String,
    /// 企业名称.
    pub company_name: String,
    /// 负责人, in full: the licence hangs in the holder's own shop.
    pub person: String,
    /// 企业类型.
    pub company_type: String,
    /// 经营场所.
    pub address: String,
    /// 许可范围.
    pub scope: String,
    /// 供货单位.
    pub supply_company: String,
    /// 有效期起始.
    pub valid_from: Date,
    /// 有效期截止.
    pub valid_to: Date,
    /// 发证机关.
    pub issuing_authority: String,
    /// 制证日期.
    pub certified_on: Date,
    /// A specimen says so across its face; licences of the demo town are specimens.
    #[serde(default)]
    pub specimen: bool,
    /// What a copy that was given away may be used for, across the face: “仅供办理消防检查使用”. Never on a sealed sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watermark: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sheet {
    /// 正本
    Original,
    /// 副本
    Duplicate,
}

impl PaperData for Licence {
    fn kind(&self) -> Kind {
        match self.sheet {
            Sheet::Original => Kind::LicenceOriginal,
            Sheet::Duplicate => Kind::LicenceDuplicate,
        }
    }

    fn samples() -> Vec<Self> {
        samples::licences()
    }
}
