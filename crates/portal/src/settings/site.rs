//! What stands in the header and footer of every page.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Site {
    pub name: String,
    /// 区划 shown in the top bar.
    pub region: String,
    /// 主办单位
    pub sponsor: String,
    /// 承办单位
    pub operator: String,
    /// 政府网站标识码
    pub site_code: String,
    /// ICP备案号
    pub icp: String,
    /// 公安备案号
    pub police: String,
    pub address: String,
    /// 烟草专卖品市场监管举报热线
    pub hotline: String,
    /// 政务服务便民热线
    pub city_hotline: String,
}

impl Default for Site {
    fn default() -> Site {
        Site {
            name: "烟政通".into(),
            region: "演示市".into(),
            sponsor: "演示市烟草专卖局（演示）".into(),
            operator: "演示市烟草专卖局政务服务处（演示）".into(),
            site_code: "演示站点，无标识码".into(),
            icp: "演示站点，未备案".into(),
            police: "演示站点，未备案".into(),
            address: "演示市城中区人民路8号（虚构）".into(),
            hotline: "12313".into(),
            city_hotline: "12345".into(),
        }
    }
}

impl Site {
    /// In the words of the pages; the navigation is the pages' own.
    pub fn for_pages(&self) -> web::SiteInfo {
        web::SiteInfo {
            name: self.name.clone(),
            region: self.region.clone(),
            sponsor: self.sponsor.clone(),
            operator: self.operator.clone(),
            site_code: self.site_code.clone(),
            icp: self.icp.clone(),
            police: self.police.clone(),
            address: self.address.clone(),
            hotline: self.hotline.clone(),
            city_hotline: self.city_hotline.clone(),
            ..web::SiteInfo::default()
        }
    }
}
