//! 证照元数据 (GB/T 36903): what an edition says of itself to other systems, by the names of the standard.

use jiff::civil::Date;
use serde::Serialize;

use super::edition::Edition;
use super::type_record::retail;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metadata {
    #[serde(rename = "证照类型名称")]
    type_name: &'static str,
    #[serde(rename = "证照类型代码")]
    type_code: String,
    #[serde(rename = "证照名称")]
    name: &'static str,
    #[serde(rename = "证照编号")]
    number: String,
    #[serde(rename = "证照标识")]
    identifier: String,
    #[serde(rename = "证照版本号")]
    edition: String,
    #[serde(rename = "证照颁发机构")]
    issuer: String,
    #[serde(rename = "证照颁发机构代码")]
    issuer_code: String,
    #[serde(rename = "证照颁发日期")]
    issued_on: Date,
    #[serde(rename = "证照有效期起始日期")]
    valid_from: Date,
    #[serde(rename = "证照有效期截止日期")]
    valid_to: Date,
    #[serde(rename = "持证主体")]
    holder: String,
    #[serde(rename = "持证主体代码", skip_serializing_if = "Option::is_none")]
    holder_code: Option<String>,
    #[serde(rename = "持证主体代码类型", skip_serializing_if = "Option::is_none")]
    holder_code_type: Option<&'static str>,
    #[serde(rename = "证照状态")]
    state: &'static str,
    #[serde(rename = "关联证照标识")]
    related: Vec<Related>,
    #[serde(rename = "证照信任等级")]
    trust: &'static str,
    #[serde(rename = "制发事由")]
    cause: &'static str,
    #[serde(rename = "照面信息")]
    face: serde_json::Value,
    #[serde(rename = "证照文件")]
    files: [SheetFile; 2],
}

/// 关联证照标识: where the licence comes from and where it went.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Related {
    #[serde(rename = "关系")]
    how: &'static str,
    #[serde(rename = "证照标识")]
    identifier: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct SheetFile {
    #[serde(rename = "名称")]
    name: &'static str,
    #[serde(rename = "格式")]
    format: &'static str,
    #[serde(rename = "摘要算法")]
    algorithm: &'static str,
    #[serde(rename = "摘要")]
    digest: String,
}

impl Metadata {
    /// As it stands today.
    pub fn of(edition: &Edition, today: Date) -> Metadata {
        let has_code = !edition.holder_code.is_empty();
        Metadata {
            type_name: &retail().name,
            type_code: type_code_in(&edition.identifier),
            name: &retail().name,
            number: edition.number.clone(),
            identifier: edition.identifier.clone(),
            edition: edition.edition_says(),
            issuer: edition.issuer_name.clone(),
            issuer_code: edition.issuer_code.clone(),
            issued_on: edition.issued_on,
            valid_from: edition.valid_from,
            valid_to: edition.valid_to,
            holder: edition.holder_name.clone(),
            holder_code: has_code.then(|| edition.holder_code.clone()),
            holder_code_type: has_code.then_some("统一社会信用代码"),
            state: edition.state_on(today).label(),
            related: related(edition),
            // Level A of the four: made by the organ that issues it, to be used as it is.
            trust: "A",
            cause: edition.cause.label(),
            face: edition.paper.data.clone(),
            files: [
                SheetFile::sealed("正本", &edition.original),
                SheetFile::sealed("副本", &edition.duplicate),
            ],
        }
    }
}

impl SheetFile {
    fn sealed(name: &'static str, digest: &str) -> SheetFile {
        SheetFile { name, format: "OFD", algorithm: "SM3", digest: digest.to_owned() }
    }
}

fn related(edition: &Edition) -> Vec<Related> {
    let back = edition.previous.clone().map(|identifier| Related { how: "变更前", identifier });
    let forward = edition.next.clone().map(|identifier| Related { how: "变更后", identifier });
    back.into_iter().chain(forward).collect()
}

/// The code under which the edition was made, which need not be the one of today.
fn type_code_in(identifier: &str) -> String {
    law::codes::ELicenceId::parse(identifier).map(|id| id.type_code).unwrap_or_default()
}
