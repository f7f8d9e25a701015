namespace Grid.Presentation.Report;

/// <summary>
/// The look of the report. Curve colours are Okabe and Ito's, darkened or lightened where the page's background asks for contrast.
/// </summary>
static class ReportStyle
{
    public const string Css = """

        :root{--page:#fff;--text:#1c2024;--faint:#5d656d;--line:#d9dde1;--soft:#f5f6f8;--pass:#1a7f37;--warn:#8a5a00;--fail:#c62828;
        --c0:#0072b2;--c1:#c27c00;--c2:#008060;--c3:#b0558a;--c4:#d55e00;--c5:#3d7fa6;--c6:#7d7600;--c7:#6b6b6b}
        @media (prefers-color-scheme:dark){:root{--page:#14171a;--text:#e4e7ea;--faint:#9aa4ad;--line:#343a40;--soft:#1d2125;--pass:#56d364;--warn:#e3b341;--fail:#ff7b72;
        --c0:#56b4e9;--c1:#e69f00;--c2:#2bc39a;--c3:#cc79a7;--c4:#f08040;--c5:#7fa8ff;--c6:#f0e442;--c7:#a8a8a8}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
        main{max-width:920px;margin:0 auto;padding:24px 16px 48px}
        h1{font-size:28px;line-height:1.2;margin:0 0 8px;overflow-wrap:anywhere}
        h2{font-size:19px;margin:40px 0 8px;padding-bottom:4px;border-bottom:1px solid var(--line)}
        p{margin:8px 0}
        code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:13px}
        pre{background:var(--soft);padding:12px;overflow-x:auto;border-radius:6px}
        .counts span{margin-right:16px}
        .faint,small,caption{color:var(--faint)}
        .faint{overflow-wrap:anywhere}
        .pass{color:var(--pass)}.warn{color:var(--warn)}.fail{color:var(--fail)}
        .pass,.warn,.fail{font-weight:600;white-space:nowrap}
        .checks{padding-left:0;list-style:none}
        figure{margin:24px 0 32px}
        figcaption{font-weight:600;margin-bottom:8px;overflow-wrap:anywhere}
        svg{display:block;width:100%;height:auto}
        svg text{fill:var(--faint);font-size:13px}
        .axis path{stroke:var(--line);fill:none}
        .line{fill:none;stroke-width:2;stroke-linejoin:round}
        .band{opacity:.16;stroke:none}
        .dot{stroke:var(--page);stroke-width:1;paint-order:stroke}
        .dot:hover{stroke:var(--text);stroke-width:3}
        .key{display:inline-block;width:30px;height:14px;vertical-align:-1px;margin-right:4px}
        .c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}.c5{fill:var(--c5)}.c6{fill:var(--c6)}.c7{fill:var(--c7)}
        .line{fill:none}
        .line.c0{stroke:var(--c0)}.line.c1{stroke:var(--c1)}.line.c2{stroke:var(--c2)}.line.c3{stroke:var(--c3)}.line.c4{stroke:var(--c4)}.line.c5{stroke:var(--c5)}.line.c6{stroke:var(--c6)}.line.c7{stroke:var(--c7)}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums;color:var(--text)}
        caption{text-align:left;font-size:13px;padding:4px 0}
        th,td{padding:5px 10px;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
        thead th{color:var(--faint);font-weight:600;white-space:nowrap}
        tbody th{font-weight:400;overflow-wrap:break-word;min-width:9em}
        .heat tbody th{min-width:0}
        .heat thead th:first-child{white-space:normal}
        .numbers td,.numbers thead th,.legend td,.legend thead th{text-align:right;white-space:nowrap}
        .numbers thead th:first-child,.legend thead th:first-child{text-align:left}
        .legend small{display:block}
        .heat{border-collapse:separate;border-spacing:3px}
        .heat th,.heat td{border:0}
        .heat td{white-space:nowrap;border-radius:4px;padding:7px 10px;font-size:13px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        .heat td b{font-size:16px}
        .heat tbody th{font-weight:600;text-align:right}
        .beside{display:flex;flex-wrap:wrap;gap:24px}
        .matrix td{padding:2px 5px;text-align:right}
        .scale{font-size:13px;color:var(--faint)}
        .scale span{display:inline-block;width:160px;height:10px;border-radius:2px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        details{margin:8px 0}
        summary{cursor:pointer;color:var(--faint)}
        @media (max-width:600px){svg text{font-size:16px}th,td{padding:5px 7px}.legend tbody th,.numbers tbody th{max-width:11em}}
        @media print{main{max-width:none;padding:0}figure,tr{break-inside:avoid}.wide{overflow:visible}pre{white-space:pre-wrap}}

        """;
}
