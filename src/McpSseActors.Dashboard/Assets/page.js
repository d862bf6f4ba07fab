import{html as Ts,render as Es}from"./vendor/htm-preact.js";import{html as Z,useEffect as ot,useRef as en}from"./vendor/htm-preact.js";import{useEffect as sn,useState as an}from"./vendor/htm-preact.js";var E=class{#e=new Set;#t;constructor(n){this.#t=n}get value(){return this.#t}set value(n){if(n!==this.#t){this.#t=n;for(let s of this.#e)s()}}follow(n){return this.#e.add(n),()=>this.#e.delete(n)}};function $(e){let[,n]=an(e.value);return sn(()=>{let s=()=>n(()=>e.value);return s(),e.follow(s)},[e]),e.value}var Se=class extends Error{constructor(n,s){super(s),this.status=n}},C=new E(null);async function ke(){C.value=await N("me")}function xe(e,n={}){let s=Object.entries(n).filter(([,r])=>r!==""&&r!=null&&r!==!1),a=new URLSearchParams(s.map(([r,o])=>[r,String(o)])).toString();return`api/v1/${e}${a&&`?${a}`}`}var N=(e,n)=>lt(xe(e,n),{headers:{accept:"application/json"}});function te(e,n){let{header:s,token:a}=C.value?.antiforgery??{header:"x-none",token:""};return lt(xe(e),{method:"POST",headers:{accept:"application/json",[s]:a,...n===void 0?{}:{"content-type":"application/json"}},body:n===void 0?void 0:JSON.stringify(n)})}async function lt(e,n){let s;try{s=await fetch(e,{credentials:"same-origin",...n})}catch(i){throw new Se(0,i instanceof Error?i.message:String(i))}let a=/\bjson\b/.test(s.headers.get("content-type")??""),r=s.status===204||!a?null:await s.json().catch(()=>null);if(s.ok)return r;let{title:o,detail:l}=r??{};throw new Se(s.status,l||o||`${s.status} ${s.statusText}`.trim())}var rn=12e3,ct=2e3,on=6e4,D=new E({status:"loading",lastData:0,words:"",returns:0}),z=new E(null),Ce=new E(null),he=new E(""),Te=new E(null),Ze=0,Ee=()=>Date.now()+Ze,G=null,Ge={},Me=0,ie=null,$e;function ce(e){G&&JSON.stringify(e)===JSON.stringify(Ge)||(Ge=e,Ce.value=null,Te.value=null,he.value="",document.hidden||De())}function De(){dt(),ie=new Set,Me=Date.now(),G=new EventSource(xe("live",Ge)),me("overview",ln),me("stream",e=>{he.value="",Ce.value=e}),me("gone",({stream:e})=>he.value=e),me("events",e=>Te.value=e),me("ping",()=>{}),G.onerror=()=>{let e=G?.readyState===EventSource.CLOSED;e&&(G=null),clearTimeout($e),$e=setTimeout(()=>e?ut():Ye(),ct)}}function dt(){clearTimeout($e),G?.close(),G=null}function me(e,n){let s=G;s?.addEventListener(e,a=>{if(s!==G)return;clearTimeout($e),Me=Date.now();let{status:r,returns:o}=D.value,l=r!=="live"&&r!=="loading";l&&ke().catch(()=>{}),D.value={status:"live",lastData:Me,words:"",returns:o+(l?1:0)},n(a.data?JSON.parse(a.data):null)})}function ln(e){let n=Date.parse(e.time)-Date.now();Math.abs(n-Ze)>1e3&&(Ze=n);let s=new Map(z.value?.rows);for(let a of e.streams)s.set(a.name,{...a,spark:a.spark??s.get(a.name)?.spark}),ie?.add(a.name);for(let a of e.removed??[])s.delete(a);if(ie&&!e.more){for(let a of[...s.keys()])ie.has(a)||s.delete(a);ie=null}z.value={rows:s,totals:e.totals,isComplete:!ie}}function Ye(){D.value.status!=="denied"&&(D.value={...D.value,status:"lost"})}async function ut(){Ye();try{C.value=await N("me"),De()}catch(e){let{status:n,message:s}=e;(n===401||n===403)&&(D.value={...D.value,status:"denied",words:s}),$e=setTimeout(ut,ct)}}setInterval(()=>{document.hidden||!G||Date.now()-Me<rn||(Ye(),De())},1e3);var it;document.addEventListener("visibilitychange",()=>{clearTimeout(it),document.hidden?it=setTimeout(()=>{dt(),D.value={...D.value,status:"resting"}},on):G||De()});var pt=new E(0);setInterval(()=>pt.value+=1,1e3);function L(){return $(pt),Ee()}var cn={skip:"Skip to content",streams:"Streams",deadLetters:"Dead letters",readOnly:"Read only",readOnlyWhy:"Your role can look, but not act.",signedIn:"Signed in as {user}",live:"Live",loading:"Loading…",resting:"Paused while hidden",lost:"Connection to the host lost, last data {age} old. Reconnecting…",lostAtOnce:"The host doesn’t answer. Retrying…",lostShort:"Connection lost",denied:"The host refuses access: {words}",reload:"Reload",connected:"Connected",ofStreams:"of {n} stream|of {n} streams",eventsPerSecond:"Events/s",lastMinutes:"last 5 minutes",inFlight:"In flight",inFlightWhy:"not handled yet",dropsPerMinute:"Drops/min",dropsWhy:"without repeats",waitingLetters:"given up by handlers",all:"All",failing:"Failing",dropping:"Dropping",lagging:"Lagging",show:"Show",search:"Search streams",searchHint:"Search name, URL, or reason",noStreams:"No streams yet",noStreamsWhy:"This host reads no streams. Add one with AddStream or in mcp-sse.toml; it appears here at once.",noMatch:"No stream matches",noMatchWhy:"Try another filter or search.",clearFilters:"Clear filters",showAll:"Show all {n} streams",stream:"Stream",state:"State",since:"In state",lastEvent:"Last event",lag:"Lag",lagWhy:"oldest unhandled event",drops:"Drops",perMinute:"+{n}/min",retries:"Retries",retriesWhy:"reconnect attempts in a row",retriesInARow:"{n} in a row",nextAttempt:"Next attempt",inTime:"in {time}",now:"now",justNow:"just now",node:"Node",ago:"{age} ago",never:"never",none:"none",sparkLabel:"{n} events/s; trend of the last 5 minutes",Disabled:"Disabled",Idle:"Idle",Connecting:"Connecting",Connected:"Connected",BackingOff:"Backing off",Stopped:"Stopped",Failed:"Failed",Running:"Running",Retrying:"Retrying",Open:"Circuit open",start:"Start",stop:"Stop",restart:"Restart",clearRecent:"Clear recent",cancel:"Cancel",stopAsk:"Stop {name}?",stopWhy:"The stream disconnects and stays stopped until someone starts it. Events in flight are still handled.",restartAsk:"Restart {name}?",restartWhy:"The connection closes and opens again, after the last event.",clearAsk:"Clear the recent events of {name}?",clearWhy:"They disappear for everyone. Counters and handlers aren’t affected.",started:"{name} is starting.",staysDisabled:"{name} stays disabled: its configuration says enable = false.",stopped:"{name} is stopping.",restarted:"{name} is restarting.",cleared:"Recent events of {name} cleared.",actionFailed:"Not done: {words}",overview:"Overview",events:"Events",handlers:"Handlers",options:"Options",mcp:"MCP",gone:"The stream “{name}” doesn’t exist",goneWhy:"It was removed, or the link is old.",allStreams:"All streams",notLoaded:"This part can’t be shown",received:"Received",dispatched:"Dispatched",filtered:"Filtered",unhandled:"Unhandled",comments:"Comments",bytes:"Bytes",handlerFailures:"Handler failures",payloadFaults:"Payload faults",missedDuplicates:"Missed repeats",reconnects:"Reconnects",reconnectsInAll:"{n} in all",lettersOfStream:"since the host started",byType:"Events per second by type",otherTypes:"other types",handlerDuration:"Handler duration",mean:"mean",reconnectChart:"Reconnects",noData:"No data yet. The page collects while it is open.",history:"State history",noHistory:"No state change yet.",resume:"Resume position",lastEventId:"Last event ID",handledUpTo:"Handled up to",saved:"Saved",notStored:"Positions aren’t stored: after a restart of the host, the stream starts over.",storeFault:"The position can’t be saved",counters:"Since the host started",types:"Events by type",reasonsOfDrops:"Drops by reason",type:"Type",count:"Count",share:"Share",reason:"Reason",meaning:"Meaning",noDrops:"Nothing was dropped.",noEventsYet:"No event yet.",duplicate:"sent again by the server after a resume",oversized:"longer than max_event_size",malformed:"not JSON-RPC",unwanted:"not asked for",handler_stopped:"its handler stopped before it handled it",mailbox_full:"the mailbox of its handler was full",batch_failed:"a batch handler threw before it came to it",overflow:"faster than a handler that drops events",pattern:"Type or pattern",patternHint:"chat.*",containing:"Text in the event",pause:"Pause",resumeLive:"Resume",paused:"Paused",newEvents:"{n} new event|{n} new events",listed:"{n} event listed|{n} events listed",skipped:"{n} skipped: the page shows a sample of a fast stream",waiting:"Waiting for events…",waitingWhy:"Matching events appear here as they arrive.",eventList:"Events, newest first",event:"Event",selectEvent:"Select an event to see its payload.",time:"Time",size:"Size",id:"ID",payload:"Payload",noPayloads:"Your role can’t see payloads.",emptyPayload:"The payload is empty.",truncated:"Shown: the first {shown} of {size}.",copy:"Copy",copied:"Copied.",close:"Close",redelivered:"redelivered",handler:"Handler",duration:"Duration",durationWhy:"mean time for a batch of events",handled:"Handled",failures:"Failures",failuresWhy:"exceptions; each restarts the handler",noHandlers:"No handler",noHandlersWhy:"Events of this stream count as unhandled.",option:"Option",value:"Value",onlyChanged:"Only changed",isDefault:"default",noneChanged:"Every option has its default.",transport:"Transport",era:"Protocol revision",server:"Server",sessions:"Sessions opened",resyncs:"Resyncs",resyncsWhy:"notifications may have been missed",gaps:"Gaps",gapsWhy:"events may have been missed",schemaFaults:"Schema faults",subscriptions:"Subscriptions",requested:"Requested",granted:"Granted",toolsChanged:"Changes of tools",promptsChanged:"Changes of prompts",resourcesChanged:"Changes of resources",logLevel:"Log level",yes:"yes",no:"no",eventTypes:"Event types that the server offers",noEventTypes:"The server offers no event types.",delivery:"Delivery",description:"Description",letterFilter:"Filter dead letters",anyStream:"All streams",lettersMatch:"{n} letter|{n} letters",lettersMatching:"{n} letter matches|{n} letters match",noLetters:"No dead letters",noLettersWhy:"Every event was handled, or its handler still tries.",noLettersMatch:"No dead letter matches",givenUp:"Given up",firstFailed:"First failed",fault:"Fault",attempts:"Attempts",retryRequested:"retry requested",payloadHandler:"(payload didn’t fit)",eventId:"Event ID",retry:"Retry",discard:"Discard",retryAll:"Retry {n} letter|Retry all {n}",discardAll:"Discard {n} letter|Discard all {n}",retryAsk:"Retry this event?",retryWhy:"{handler} gets it again. If it succeeds, the letter is removed.",retryAllAsk:"Retry {n} letter?|Retry {n} letters?",retryAllWhy:"Their handlers get the events again, one after the other. Letters that succeed are removed.",discardAsk:"Discard this event?",discardAllAsk:"Discard {n} letter?|Discard {n} letters?",discardWhy:"It can’t be restored.",discardAllWhy:"They can’t be restored.",retriedResult:"Handled: {handled}. Stay: {failed}. Under way: {underWay}.",retriedWithout:"No answer from {nodes}: retry again.",discardedResult:"{n} letter discarded.|{n} letters discarded.",more:"Show more",selectLetter:"Select a letter to see its event and fault.",letterGone:"This letter is gone: it was handled or discarded."},dn={skip:"跳到正文",streams:"事件流",deadLetters:"死信",readOnly:"只读",readOnlyWhy:"当前角色只能查看，不能操作。",signedIn:"已登录：{user}",live:"实时",loading:"加载中…",resting:"页面隐藏时已暂停",lost:"与主机的连接已断开，当前数据为 {age}前。正在重连…",lostAtOnce:"主机没有响应，正在重试…",lostShort:"连接已断开",denied:"主机拒绝访问：{words}",reload:"重新加载",connected:"已连接",ofStreams:"共 {n} 个事件流",eventsPerSecond:"事件/秒",lastMinutes:"最近 5 分钟",inFlight:"处理中",inFlightWhy:"尚未处理完",dropsPerMinute:"丢弃/分钟",dropsWhy:"不含重复事件",waitingLetters:"处理器放弃的事件",all:"全部",failing:"故障",dropping:"有丢弃",lagging:"有延迟",show:"显示",search:"搜索事件流",searchHint:"搜索名称、地址或原因",noStreams:"还没有事件流",noStreamsWhy:"此主机尚未读取任何事件流。用 AddStream 或在 mcp-sse.toml 中添加后，会立即显示在这里。",noMatch:"没有符合条件的事件流",noMatchWhy:"请换一个筛选条件或搜索词。",clearFilters:"清除筛选",showAll:"显示全部 {n} 个事件流",stream:"事件流",state:"状态",since:"持续",lastEvent:"最近事件",lag:"延迟",lagWhy:"最早未处理事件的等待时间",drops:"丢弃",perMinute:"+{n}/分钟",retries:"重试",retriesWhy:"连续重连的次数",retriesInARow:"已连续 {n} 次",nextAttempt:"下次重连",inTime:"{time}后",now:"即将",justNow:"刚刚",node:"节点",ago:"{age}前",never:"从未",none:"无",sparkLabel:"每秒 {n} 个事件；最近 5 分钟的趋势",Disabled:"已禁用",Idle:"未启动",Connecting:"连接中",Connected:"已连接",BackingOff:"等待重连",Stopped:"已停止",Failed:"失败",Running:"运行中",Retrying:"重试中",Open:"已熔断",start:"启动",stop:"停止",restart:"重启",clearRecent:"清空最近事件",cancel:"取消",stopAsk:"停止 {name}？",stopWhy:"该事件流将断开，直到再次启动。处理中的事件仍会处理完。",restartAsk:"重启 {name}？",restartWhy:"关闭连接并重新建立，从最后一个事件之后继续。",clearAsk:"清空 {name} 的最近事件？",clearWhy:"所有人都将看不到这些事件。计数和处理器不受影响。",started:"{name} 正在启动。",staysDisabled:"{name} 仍处于禁用状态：其配置为 enable = false。",stopped:"{name} 正在停止。",restarted:"{name} 正在重启。",cleared:"已清空 {name} 的最近事件。",actionFailed:"操作失败：{words}",overview:"概览",events:"事件",handlers:"处理器",options:"配置",mcp:"MCP",gone:"事件流“{name}”不存在",goneWhy:"它已被移除，或者链接已失效。",allStreams:"全部事件流",notLoaded:"无法显示这部分内容",received:"已接收",dispatched:"已分发",filtered:"已过滤",unhandled:"无处理器",comments:"注释行",bytes:"字节数",handlerFailures:"处理器异常",payloadFaults:"负载不符",missedDuplicates:"未识别的重复",reconnects:"重连",reconnectsInAll:"共 {n} 次",lettersOfStream:"主机启动以来",byType:"每秒事件数（按类型）",otherTypes:"其他类型",handlerDuration:"处理耗时",mean:"平均",reconnectChart:"重连次数",noData:"暂无数据。页面打开期间会持续采集。",history:"状态历史",noHistory:"状态尚未变化过。",resume:"续传位置",lastEventId:"最后的事件 ID",handledUpTo:"已处理到",saved:"保存于",notStored:"未保存位置：主机重启后，该事件流将从头开始。",storeFault:"无法保存位置",counters:"主机启动以来",types:"各类型的事件数",reasonsOfDrops:"各原因的丢弃数",type:"类型",count:"数量",share:"占比",reason:"原因",meaning:"含义",noDrops:"没有丢弃任何事件。",noEventsYet:"还没有事件。",duplicate:"续传后服务器重复发送",oversized:"超过 max_event_size",malformed:"不是 JSON-RPC",unwanted:"并未请求的内容",handler_stopped:"处理器在处理之前已停止",mailbox_full:"处理器的邮箱已满",batch_failed:"批处理器在处理到它之前抛出异常",overflow:"来得太快，处理器允许丢弃",pattern:"类型或模式",patternHint:"chat.*",containing:"事件中的文本",pause:"暂停",resumeLive:"继续",paused:"已暂停",newEvents:"{n} 个新事件",listed:"已列出 {n} 个事件",skipped:"略过 {n} 个：事件太快时，页面只显示一部分",waiting:"等待事件…",waitingWhy:"符合条件的事件到达后会显示在这里。",eventList:"事件，最新的在前",event:"事件",selectEvent:"选择一个事件，查看其负载。",time:"时间",size:"大小",id:"ID",payload:"负载",noPayloads:"当前角色不能查看负载。",emptyPayload:"负载为空。",truncated:"共 {size}，仅显示前 {shown}。",copy:"复制",copied:"已复制。",close:"关闭",redelivered:"重新投递",handler:"处理器",duration:"耗时",durationWhy:"处理一批事件的平均时间",handled:"已处理",failures:"异常",failuresWhy:"抛出异常的次数；每次都会重启处理器",noHandlers:"没有处理器",noHandlersWhy:"该事件流的事件都计为“无处理器”。",option:"配置项",value:"值",onlyChanged:"只看改动过的",isDefault:"默认",noneChanged:"所有配置项都是默认值。",transport:"传输方式",era:"协议版本",server:"服务器",sessions:"已建立的会话",resyncs:"重新同步",resyncsWhy:"可能错过了通知",gaps:"缺口",gapsWhy:"可能错过了事件",schemaFaults:"不符合模式",subscriptions:"订阅",requested:"请求",granted:"获准",toolsChanged:"工具变更",promptsChanged:"提示变更",resourcesChanged:"资源变更",logLevel:"日志级别",yes:"是",no:"否",eventTypes:"服务器提供的事件类型",noEventTypes:"服务器没有提供事件类型。",delivery:"投递方式",description:"说明",letterFilter:"筛选死信",anyStream:"全部事件流",lettersMatch:"共 {n} 封死信",lettersMatching:"{n} 封死信符合条件",noLetters:"没有死信",noLettersWhy:"所有事件都已处理，或处理器仍在重试。",noLettersMatch:"没有符合条件的死信",givenUp:"放弃于",firstFailed:"首次失败",fault:"错误",attempts:"尝试次数",retryRequested:"已请求重试",payloadHandler:"（负载与类型不符）",eventId:"事件 ID",retry:"重试",discard:"丢弃",retryAll:"重试全部 {n} 封",discardAll:"丢弃全部 {n} 封",retryAsk:"重试这个事件？",retryWhy:"{handler} 将再次收到它。处理成功后，这封死信会被移除。",retryAllAsk:"重试 {n} 封死信？",retryAllWhy:"各处理器将逐个重新收到这些事件。处理成功的死信会被移除。",discardAsk:"丢弃这个事件？",discardAllAsk:"丢弃 {n} 封死信？",discardWhy:"丢弃后无法恢复。",discardAllWhy:"丢弃后无法恢复。",retriedResult:"已处理 {handled}，未成功 {failed}，进行中 {underWay}。",retriedWithout:"{nodes} 没有响应：请再次重试。",discardedResult:"已丢弃 {n} 封死信。",more:"显示更多",selectLetter:"选择一封死信，查看其事件和错误。",letterGone:"这封死信已不存在：已处理或已丢弃。"},B=(navigator.languages.find(e=>/^(en|zh)\b/i.test(e))??"en").replace(/^zh.*/i,"zh-CN"),Je=B==="zh-CN",un=Je?dn:cn,pn=new Intl.NumberFormat(B);function t(e,n={}){let[s,a=s]=(un[e]??e).split("|");return(n.n===1?s:a).replace(/\{(\w+)\}/g,(r,o)=>{let l=n[o]??"";return typeof l=="number"?pn.format(l):l})}var Fe=new Intl.NumberFormat(B,{maximumFractionDigits:0}),mn=new Intl.NumberFormat(B,{maximumFractionDigits:1}),Ve=new Intl.NumberFormat(B,{notation:"compact",maximumFractionDigits:1}),hn=new Intl.DateTimeFormat(B,{hour:"2-digit",minute:"2-digit",second:"2-digit",hourCycle:"h23"}),$n=new Intl.DateTimeFormat(B,{hour:"2-digit",minute:"2-digit",hourCycle:"h23"}),mt=new Map,fn=new Intl.DateTimeFormat(B,{month:"short",day:"numeric",hour:"2-digit",minute:"2-digit",second:"2-digit",hourCycle:"h23"}),U=e=>(e<1e5?Fe:Ve).format(e),Re=e=>t("perMinute",{n:(e<1e4?Fe:Ve).format(e)}),re=e=>(e<10?mn:e<1e5?Fe:Ve).format(e),m=e=>Fe.format(e);function K(e){let n=e<999.5?0:e<999500?1:e<9995e5?2:3,s=e/1e3**n;return Ae(["byte","kilobyte","megabyte","gigabyte"][n],s,s<10&&n>0?1:0)}function j(e){if(e<1e3)return Ae("millisecond",e,e<1?2:e<10?1:0);let n=Math.floor(e/1e3),s=[["day",86400],["hour",3600],["minute",60],["second",1]],a=s.findIndex(([,r])=>n>=r);return s.slice(a,a+2).map(([r,o],l)=>({name:r,value:Math.floor((l?n%s[a][1]:n)/o)})).filter(({value:r},o)=>o===0||r>0).map(({name:r,value:o})=>Ae(r,o)).join(Je?"":" ")}function Qe(e,n){if(!e)return"";let s=n-Date.parse(e);return s<1e3?Ae("second",0):j(s)}function A(e,n){return e?n-Date.parse(e)<2e3?t("justNow"):t("ago",{age:Qe(e,n)}):t("never")}function x(e){if(e==null)return t("never");let n=new Date(e);return(n.toDateString()===new Date().toDateString()?hn:fn).format(n)}var ht=e=>$n.format(e);function $t(e){if(!e)return"";try{return JSON.stringify(JSON.parse(e),null,2)}catch{return e}}function Ae(e,n,s=0){let a=e+s,r=mt.get(a);return r||mt.set(a,r=new Intl.NumberFormat(B,{style:"unit",unit:e,unitDisplay:"narrow",maximumFractionDigits:s})),r.format(n)}import{html as _,useEffect as Cn,useRef as Tn,useState as et}from"./vendor/htm-preact.js";import{html as Ke}from"./vendor/htm-preact.js";var I=({title:e,text:n,children:s})=>Ke`
  <div class="blank">
    <p class="blank-title">${e}</p>
    ${n&&Ke`<p class="muted">${n}</p>`}
    ${s}
  </div>`,X=({label:e})=>Ke`<div class="blank loading" role="status"><span class="spinner" aria-hidden="true"></span>${e}</div>`;import{html as yn,useEffect as vn,useRef as gn}from"./vendor/htm-preact.js";var Le=new E(null);function Y(e){return new Promise(n=>{Le.value?.answer(!1),Le.value={...e,answer:n}})}function ft(){let e=$(Le),n=gn(null);if(vn(()=>{e&&n.current?.showModal()},[e]),!e)return null;let s=a=>{n.current?.close(),Le.value=null,e.answer(a)};return yn`
    <dialog ref=${n} aria-labelledby="question" aria-describedby="consequence" onCancel=${()=>s(!1)}
        onClick=${a=>a.target===n.current&&s(!1)}>
      <form method="dialog" onSubmit=${a=>{a.preventDefault(),s(!0)}}>
        <h2 id="question">${e.title}</h2>
        <p id="consequence">${e.text}</p>
        <div class="buttons">
          <button type="button" class="button" onClick=${()=>s(!1)}>${t("cancel")}</button>
          <button type="submit" class="button ${e.isDangerous?"dangerous":"primary"}">${e.action}</button>
        </div>
      </form>
    </dialog>`}import{html as bn}from"./vendor/htm-preact.js";var wn={search:"M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14",play:"M5 3.5v9l7-4.5Z",pause:"M5.5 3.5v9M10.5 3.5v9",stop:"M4 4h8v8H4Z",restart:"M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",close:"M4 4l8 8M12 4l-8 8",back:"M10 3 5 8l5 5",retry:"M3 8a5 5 0 0 1 9-3l1 1M13 3v3h-3M13 8a5 5 0 0 1-9 3l-1-1M3 13v-3h3",discard:"M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.6 9h5.8l.6-9",copy:"M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",lock:"M4 7.5h8v6H4ZM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2"},b=({name:e})=>bn`
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d=${wn[e]} /></svg>`;var J=new E(Xe());addEventListener("hashchange",()=>J.value=Xe());function Xe(){let[e="",n=""]=location.hash.replace(/^#\/?/,"").split("?"),[s,a="",r=""]=e.split("/").map(yt);return{page:s==="streams"&&a?"stream":s==="dead-letters"?"dead-letters":"streams",name:a,tab:r,query:Object.fromEntries(new URLSearchParams(n))}}function yt(e){try{return decodeURIComponent(e)}catch{return e}}function P(e,n={}){let s=new URLSearchParams(Object.entries(n).filter(([,a])=>a)).toString();return`#/${e.map(encodeURIComponent).join("/")}${s&&`?${s}`}`}function F(e){let s=location.hash.replace(/^#\/?/,"").split("?")[0].split("/").filter(Boolean).map(yt);history.replaceState(null,"",P(s,{...J.value.query,...e})),J.value=Xe()}import{html as V,useEffect as xn,useState as wt}from"./vendor/htm-preact.js";import{html as de}from"./vendor/htm-preact.js";var ne=({facts:e})=>de`
  <dl class="facts">
    ${e.map(n=>n&&de`
      <div key=${n.name} class=${n.isBad?"bad":""}>
        <dt>${n.name}${n.note&&de` <span class="muted">${n.note}</span>`}</dt>
        <dd>${n.value}</dd>
      </div>`)}
  </dl>`,Ie=({figures:e})=>de`
  <dl class="figures">
    ${e.map(({name:n,value:s,note:a,isBad:r,href:o})=>de`
      <div key=${n} class=${r?"bad":""}>
        <dt>${o?de`<a href=${o}>${n}</a>`:n}</dt>
        <dd>${s}</dd>
        <dd class="muted">${a}</dd>
      </div>`)}
  </dl>`;import{html as ye,useMemo as kn}from"./vendor/htm-preact.js";import{html as vt}from"./vendor/htm-preact.js";var gt=6e3,fe=new E([]),Sn=0;function ue(e,n=!1){let s={id:++Sn,text:e,isBad:n};fe.value=[...fe.value.slice(-2),s],setTimeout(()=>fe.value=fe.value.filter(a=>a!==s),n?2*gt:gt)}async function se(e,n){try{return ue(n(await e())),!0}catch(s){return ue(t("actionFailed",{words:s.message}),!0),!1}}function bt(){let e=$(fe);return vt`
    <div class="notices" role="status" aria-live="polite">
      ${e.map(({id:n,text:s,isBad:a})=>vt`<p key=${n} class=${a?"notice bad":"notice"}>${s}</p>`)}
    </div>`}function We({event:{data:e,length:n,truncated:s}}){let a=kn(()=>$t(e),[e]);if(e===void 0&&!C.value?.canSeePayloads)return ye`<p class="hint"><${b} name="lock" />${t("noPayloads")}</p>`;if(!a)return ye`<p class="hint">${t("emptyPayload")}</p>`;let r=()=>navigator.clipboard.writeText(a).then(()=>ue(t("copied")));return ye`
    <div class="payload">
      ${navigator.clipboard&&ye`<button class="button quiet" onClick=${r}><${b} name="copy" />${t("copy")}</button>`}
      <pre tabindex="0" role="region" aria-label=${t("payload")}>${a}</pre>
      ${s&&ye`<p class="hint">${t("truncated",{shown:K(new TextEncoder().encode(e).length),size:K(n)})}</p>`}
    </div>`}var Oe=e=>se(()=>te("dead-letters/retry",e),n=>{let{handled:s,failed:a,underWay:r,faults:o,missingNodes:l}=n,i=l.length>0&&t("retriedWithout",{nodes:l.join(", ")});return[t("retriedResult",{handled:s,failed:a,underWay:r}),o[0]?.reason,i].filter(Boolean).join(" ")}),Ne=e=>se(()=>te("dead-letters/discard",e),({discarded:n})=>t("discardedResult",{n}));function St({id:e,version:n,onDone:s}){let[a,r]=wt(null),[o,l]=wt(""),i=L();return xn(()=>{let d=!0;return r(null),l(""),e&&N(`dead-letters/${encodeURIComponent(e)}`).then(c=>d&&r(c),c=>d&&l(c.status===404?t("letterGone"):c.message)),()=>{d=!1}},[e,n]),e?V`
    <aside class="card detail" aria-label=${t("event")}>
      <div class="detail-head">
        <h3 class="mono">${a?.type??""}</h3>
        <button class="button quiet" aria-label=${t("close")} onClick=${()=>F({letter:""})}><${b} name="close" /></button>
      </div>
      ${o?V`<${I} title=${o} />`:a?V`
        ${C.value?.canAct&&V`<${Mn} letter=${a} onDone=${()=>s(a.id)} />`}
        <h4>${t("fault")}</h4>
        <pre class="fault" lang="en" tabindex="0" role="region" aria-label=${t("fault")}>${a.fault}</pre>
        <${ne} facts=${[{name:t("stream"),value:V`<a href=${P(["streams",a.stream])}>${a.stream}</a>`},{name:t("handler"),value:a.handler||t("payloadHandler")},{name:t("attempts"),value:m(a.attempts)},{name:t("firstFailed"),value:V`${x(a.firstFailedAt)} <span class="muted">${A(a.firstFailedAt,i)}</span>`},{name:t("givenUp"),value:V`${x(a.givenUpAt)} <span class="muted">${A(a.givenUpAt,i)}</span>`},{name:t("eventId"),value:a.eventId?V`<span class="mono">${a.eventId}</span>`:"–"},{name:t("size"),value:K(a.length)}]} />
        <h4>${t("payload")}</h4>
        <${We} event=${a} />`:V`<${X} label=${t("loading")} />`}
    </aside>`:V`<aside class="card detail"><${I} title="" text=${t("selectLetter")} /></aside>`}function Mn({letter:e,onDone:n}){let s={ids:[e.id]},a=e.handler||t("payloadHandler"),r=async()=>await Y({title:t("retryAsk"),text:t("retryWhy",{handler:a}),action:t("retry")})&&await Oe(s)&&n(),o=async()=>await Y({title:t("discardAsk"),text:t("discardWhy"),action:t("discard"),isDangerous:!0})&&await Ne(s)&&n();return V`
    <div class="buttons">
      <button class="button primary" onClick=${r}><${b} name="retry" />${t("retry")}</button>
      <button class="button" onClick=${o}><${b} name="discard" />${t("discard")}</button>
    </div>`}var En=300,kt=100,Dn=1e3;function xt(){let{query:e}=$(J),{stream:n="",type:s="",handler:a="",text:r=""}=e,o={stream:n,type:s,handler:a,text:r},[l,i]=et(null),[d,c]=et(""),[u,T]=et(0),p=$(z)?.totals.letters,v=JSON.stringify(o),H=Tn(v);Cn(()=>{let w=!0,Q=setTimeout(()=>N("dead-letters",{...o,count:Math.min(Dn,Math.max(kt,l?.letters.length??0))}).then(g=>w&&(i(g),c("")),g=>w&&c(g.message)),H.current===v?0:En);return H.current=v,()=>{w=!1,clearTimeout(Q)}},[v,u,p]);let f=()=>N("dead-letters",{...o,count:kt,after:l?.next}).then(w=>i({...w,letters:[...l?.letters??[],...w.letters]}),w=>c(w.message)),h=(w="")=>{F({letter:""}),i(Q=>Q&&{...Q,letters:Q.letters.filter(g=>g.id!==w)}),T(Q=>Q+1)},y=l?.letters.length??0,R=r?l?.next?`${m(y)}+`:y:l?.count??0,ee=()=>F({stream:"",type:"",handler:"",text:""}),O=Object.values(o).some(Boolean);return _`
    <div class="heading"><h1 tabindex="-1">${t("deadLetters")}</h1>
      ${l&&l.letters.length>0&&C.value?.canAct&&_`<${Rn} filter=${o} count=${R} onDone=${h} />`}</div>
    <${An} query=${e} fault=${d} />
    ${l?l.letters.length===0?_`
        <${I} title=${t(O?"noLettersMatch":"noLetters")} text=${t(O?"noMatchWhy":"noLettersWhy")}>
          ${O&&_`<button class="button" onClick=${ee}>${t("clearFilters")}</button>`}
        <//>`:_`
        <div class="split ${e.letter?"has-detail":""}">
          <div class="card list">
            <p class="caption muted" role="status">
              ${t(O?"lettersMatching":"lettersMatch",{n:R})}</p>
            <${Fn} letters=${l.letters} selected=${e.letter} />
            ${l.next&&_`<p class="more"><button class="button" onClick=${f}>${t("more")}</button></p>`}
          </div>
          <${St} id=${e.letter} version=${u} onDone=${h} />
        </div>`:!d&&_`<${X} label=${t("loading")} />`}`}function An({query:e,fault:n}){let s=[...$(z)?.rows.keys()??[]].sort();e.stream&&!s.includes(e.stream)&&s.push(e.stream);let a=(r,o,l="")=>_`
    <label class="field"><span>${o}</span>
      <input value=${e[r]??""} placeholder=${l} spellcheck=${!1} autocomplete="off" aria-describedby="letters-fault"
        onInput=${i=>F({[r]:i.target.value,letter:""})} /></label>`;return _`
    <div class="toolbar" role="search" aria-label=${t("letterFilter")}>
      <label class="field"><span>${t("stream")}</span>
        <select value=${e.stream??""} onChange=${r=>F({stream:r.target.value,letter:""})}>
          <option value="">${t("anyStream")}</option>
          ${s.map(r=>_`<option key=${r} value=${r}>${r}</option>`)}
        </select></label>
      ${a("type",t("pattern"),t("patternHint"))}${a("handler",t("handler"))}${C.value?.canSeePayloads&&a("text",t("containing"))}
    </div>
    <p class="hint bad" id="letters-fault" role="alert" lang="en">${n}</p>`}function Fn({letters:e,selected:n}){let s=L();return _`
    <table class="rows letters" role="table" aria-label=${t("deadLetters")}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">${t("event")}</th><th role="columnheader" scope="col">${t("handler")}</th>
          <th role="columnheader" scope="col">${t("fault")}</th><th role="columnheader" scope="col" class="number">${t("attempts")}</th>
          <th role="columnheader" scope="col" class="number">${t("givenUp")}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${e.map(a=>_`
          <tr key=${a.id} role="row" class=${a.id===n?"selected":""} onClick=${()=>F({letter:a.id})}>
            <td role="cell" data-label=${t("event")}>
              <button class="name mono" aria-pressed=${a.id===n}>${a.type}</button><span class="under">${a.stream}</span></td>
            <td role="cell" data-label=${t("handler")}>
              ${a.handler||t("payloadHandler")}
              ${a.isRetryRequested&&_`<span class="under"><span class="tag">${t("retryRequested")}</span></span>`}</td>
            <td role="cell" data-label=${t("fault")} class="fault" lang="en" title=${a.fault}>${a.fault}</td>
            <td role="cell" data-label=${t("attempts")} class="number">${m(a.attempts)}</td>
            <td role="cell" data-label=${t("givenUp")} class="number" title=${x(a.givenUpAt)}>${A(a.givenUpAt,s)}</td>
          </tr>`)}
      </tbody>
    </table>`}function Rn({filter:e,count:n,onDone:s}){let a=Object.fromEntries(Object.entries(e).filter(([,l])=>l)),r=async()=>await Y({title:t("retryAllAsk",{n}),text:t("retryAllWhy"),action:t("retry")})&&await Oe({filter:a})&&s(),o=async()=>await Y({title:t("discardAllAsk",{n}),text:t("discardAllWhy"),action:t("discard"),isDangerous:!0})&&await Ne({filter:a})&&s();return _`
    <div class="buttons">
      <button class="button" onClick=${r}><${b} name="retry" />${t("retryAll",{n})}</button>
      <button class="button" onClick=${o}><${b} name="discard" />${t("discardAll",{n})}</button>
    </div>`}import{html as M,useEffect as rt,useState as Qt}from"./vendor/htm-preact.js";import{html as Ln}from"./vendor/htm-preact.js";var Mt={Connected:{kind:"good",path:"M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Z"},Running:{kind:"good",path:"M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Z"},Connecting:{kind:"busy",path:"M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Zm0 1.6v6.8a3.4 3.4 0 0 0 0-6.8Z"},BackingOff:{kind:"warn",path:"M6 .9 11.6 10.8H.4Z"},Retrying:{kind:"warn",path:"M6 .9 11.6 10.8H.4Z"},Open:{kind:"bad",path:"M6 .3 11.7 6 6 11.7.3 6Z"},Failed:{kind:"bad",path:"M6 .3 11.7 6 6 11.7.3 6Z"},Stopped:{kind:"off",path:"M1.5 1.5h9v9h-9Z"},Idle:{kind:"off",path:"M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Zm0 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z"},Disabled:{kind:"off",path:"M1 5h10v2H1Z"}};function oe({state:e}){let{kind:n,path:s}=Mt[e]??Mt.Idle;return Ln`
    <span class="state-mark ${n}">
      <svg viewBox="0 0 12 12" aria-hidden="true"><path fill-rule="evenodd" d=${s} /></svg>${t(e)}
    </span>`}var Pe={end:"1970-01-01T00:00:00Z",stepSeconds:1,rates:[],byType:{},reconnects:[],handlerMilliseconds:[]},In=300,tt=6,Ct="(other)";function Et(e,n){if(Date.parse(n.time)<Date.parse(e.end)+e.stepSeconds*500)return e;let s=e.rates.length,a=(l,i)=>[...l,i].slice(-In),r=l=>a(Tt(e.byType,l)??Array(s).fill(null),Tt(n.byType,l)??0),o=new Set([...Object.keys(e.byType),...Object.keys(n.byType)]);return{stepSeconds:e.stepSeconds,end:n.time,rates:a(e.rates,n.rate),byType:Object.fromEntries([...o].map(l=>[l,r(l)])),reconnects:a(e.reconnects,n.reconnects),handlerMilliseconds:a(e.handlerMilliseconds,n.handlerMilliseconds??null)}}var Tt=(e,n)=>Object.hasOwn(e,n)?e[n]:void 0,Dt=e=>e.rates.map((n,s)=>Date.parse(e.end)/1e3-(e.rates.length-1-s)*e.stepSeconds);function At(e,n){let s=l=>l.reduce((i,d)=>i+(d??0),0),a=Object.entries(e.byType).map(([l,i])=>({label:l===Ct?n:l,values:i,sum:l===Ct?0:s(i)})).filter(l=>l.values.some(Boolean)).sort((l,i)=>i.sum-l.sum);if(a.length<=tt)return a;let r=a.slice(tt-1),o=e.rates.map((l,i)=>r.every(d=>d.values[i]==null)?null:r.reduce((d,c)=>d+(c.values[i]??0),0));return[...a.slice(0,tt-1),{label:n,values:o}]}import{html as S,useState as Wn}from"./vendor/htm-preact.js";import{html as Ft}from"./vendor/htm-preact.js";var nt=88,ve=22;function _e({values:e=[],label:n}){let s=Math.max(1,...e.map(Number)),a=i=>i*nt/Math.max(1,e.length-1),r=i=>ve-1-i/s*(ve-3),o=e.map((i,d)=>({value:i,index:d})).filter(({value:i})=>i!=null),l=o.map(({value:i,index:d})=>`${a(d).toFixed(1)},${r(Number(i)).toFixed(1)}`).join(" ");return Ft`
    <svg class="sparkline" viewBox="0 0 ${nt} ${ve}" preserveAspectRatio="none" role="img" aria-label=${n}>
      ${o.length>1&&Ft`
        <polygon points="${a(o[0].index).toFixed(1)},${ve} ${l} ${nt},${ve}" />
        <polyline points=${l} />`}
    </svg>`}var On=100,Nn=["Failed","BackingOff","Connecting","Idle","Connected","Stopped","Disabled"],ge=S`<span class="zero">0</span>`,Rt=S`<span class="zero" aria-label=${t("none")}>–</span>`,Pn=e=>e.replace(/(?!^)([A-Z])/g,"-$1").toLowerCase(),st=e=>e?Date.parse(e):0,He=[{key:"stream",name:"stream",by:e=>e.name,cell:e=>S`
      <a class="name" href=${P(["streams",e.name])}>${e.name}</a>
      <span class="under" title=${e.url}>${Pn(e.transport)} · ${e.url.replace(/^https?:\/\//,"")}</span>`},{key:"state",name:"state",by:e=>Nn.indexOf(e.state)*4-e.problems.length,cell:e=>S`<${oe} state=${e.state} /><span class="under" lang="en" title=${e.reason}>${e.reason}</span>`},{key:"since",name:"since",isNumber:!0,by:e=>-st(e.since),cell:(e,n)=>S`<span title=${x(e.since)}>${Qe(e.since,n)}</span>`},{key:"rate",name:"eventsPerSecond",isNumber:!0,by:e=>-e.rate,cell:e=>S`
      <span class="trend">
        <${_e} values=${e.spark} label=${t("sparkLabel",{n:Math.round(e.rate)})} /><b>${e.rate>0?re(e.rate):ge}</b>
      </span>`},{key:"last",name:"lastEvent",isNumber:!0,by:e=>-st(e.lastEvent),cell:(e,n)=>e.lastEvent?S`<span title=${x(e.lastEvent)}>${A(e.lastEvent,n)}</span>`:Rt},{key:"lag",name:"lag",why:"lagWhy",isNumber:!0,by:e=>-(e.lagMilliseconds??0),cell:e=>e.lagMilliseconds?S`<span class=${e.problems.includes("lagging")?"warn strong":""}>${j(e.lagMilliseconds)}</span>`:ge},{key:"flight",name:"inFlight",why:"inFlightWhy",isNumber:!0,by:e=>-e.inFlight,cell:e=>e.inFlight?U(e.inFlight):ge},{key:"drops",name:"drops",why:"dropsWhy",isNumber:!0,by:e=>-e.drops,cell:e=>S`
      ${e.drops?U(e.drops):ge}
      ${e.dropsPerMinute>0&&S`<span class="under warn">${Re(e.dropsPerMinute)}</span>`}`},{key:"next",name:"nextAttempt",isNumber:!0,by:e=>e.nextAttempt?st(e.nextAttempt):1/0,cell:(e,n)=>S`
      ${e.nextAttempt?S`<${at} to=${e.nextAttempt} now=${n} />`:Rt}
      ${e.retries>0&&S`<span class="under" title=${t("retriesWhy")}>${t("retriesInARow",{n:e.retries})}</span>`}`},{key:"letters",name:"deadLetters",why:"lettersOfStream",isNumber:!0,by:e=>-e.letters,cell:e=>e.letters?S`<a href=${P(["dead-letters"],{stream:e.name})}>${U(e.letters)}</a>`:ge}],_n={key:"node",name:"node",by:e=>e.node,cell:e=>{let[,n,s]=/^(.*)(:\d+)$/.exec(e.node)??["",e.node,""];return S`<span title=${e.node}>${n}<span class="under">${s}</span></span>`}};function at({to:e,now:n}){let s=Date.parse(e)-n;return S`<span class="strong">${s<1e3?t("now"):t("inTime",{time:j(s)})}</span>`}function Lt({rows:e,query:n}){let[s,a]=Wn(!1),r=e.some(p=>p.node)?[He[0],_n,...He.slice(1)]:He,[o,l]=n.sort?.startsWith("-")?[n.sort.slice(1),!0]:[n.sort||"state",!1],i=Hn(e,r.find(p=>p.key===o)??He[1],l),d=s?i:i.slice(0,On),c=Ee(),u=p=>F({sort:p===o&&!l?`-${o}`:p}),T=(p,v)=>{!p.target.closest("a")&&!getSelection()?.toString()&&(location.hash=P(["streams",v.name]))};return S`
    <div class="card">
      <table class="rows streams" role="table" aria-label=${t("streams")}>
        <thead role="rowgroup">
          <tr role="row">
            ${r.map(p=>S`
              <th key=${p.key} role="columnheader" scope="col" class="${p.key} ${p.isNumber?"number":""}"
                  aria-sort=${p.key!==o?void 0:l?"descending":"ascending"}>
                <button title=${p.why&&t(p.why)} onClick=${()=>u(p.key)}>${t(p.name)}</button>
              </th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${d.map(p=>S`
            <tr key=${p.name} role="row" class=${p.problems.includes("failing")?"failing":""}
                onClick=${v=>T(v,p)}>
              ${r.map(v=>S`
                <td key=${v.key} role="cell" class="${v.key} ${v.isNumber?"number":""}" data-label=${t(v.name)}>
                  ${v.cell(p,c)}</td>`)}
            </tr>`)}
        </tbody>
      </table>
      ${d.length<i.length&&S`
        <p class="more"><button class="button" onClick=${()=>a(!0)}>${t("showAll",{n:i.length})}</button></p>`}
    </div>`}function Hn(e,n,s){let a=(r,o)=>typeof r=="string"?r.localeCompare(String(o),void 0,{numeric:!0}):r===o?0:r<Number(o)?-1:1;return e.map(r=>({row:r,by:n.by(r)})).sort((r,o)=>(s?-1:1)*a(r.by,o.by)||a(r.row.name,o.row.name)).map(({row:r})=>r)}import{html as W,useEffect as Nt,useRef as qn,useState as pe}from"./vendor/htm-preact.js";var be=class e{static MOST=2e3;#e=[];skipped=0;get count(){return this.#e.length}add(n,s=0){let a=this.#e.at(-1)?.sequence??-1;for(let r of n)r.sequence>a&&this.#e.push(r);this.#e.splice(0,this.#e.length-e.MOST),this.skipped+=s}snapshot(){return this.#e.toReversed()}};import{html as It,useEffect as zn,useLayoutEffect as Bn,useRef as Un,useState as jn}from"./vendor/htm-preact.js";var Wt=6;function Ot({label:e,count:n,rowHeight:s,selected:a,row:r,keyOf:o,onSelect:l,onScroll:i,toTop:d}){let c=Un(null),[u,T]=jn({top:0,height:400}),p=()=>c.current&&T({top:c.current.scrollTop,height:c.current.clientHeight});Bn(()=>{let y=new ResizeObserver(p);return c.current&&y.observe(c.current),()=>y.disconnect()},[]),zn(()=>{c.current&&(c.current.scrollTop=0)},[d]);let v=Math.max(0,Math.floor(u.top/s)-Wt),H=Math.min(n,Math.ceil((u.top+u.height)/s)+Wt),f=Array.from({length:Math.max(0,H-v)},(y,R)=>v+R);return It`
    <div ref=${c} class="virtual-list" role="listbox" aria-label=${e} tabindex="0" onKeyDown=${y=>{let R=Math.max(1,Math.floor(u.height/s)-1),ee={ArrowDown:1,ArrowUp:-1,PageDown:R,PageUp:-R,Home:-n,End:n};if(!(y.key in ee)||n===0)return;y.preventDefault();let O=Math.min(n-1,Math.max(0,a+ee[y.key]));l(O);let w=c.current;w&&(O*s<w.scrollTop?w.scrollTop=O*s:(O+1)*s>w.scrollTop+w.clientHeight&&(w.scrollTop=(O+1)*s-w.clientHeight))}}
        aria-activedescendant=${a>=v&&a<H?`row-${o(a)}`:void 0}
        onScroll=${()=>{p(),i((c.current?.scrollTop??0)<s/2)}}>
      <div role="presentation" style=${{height:`${n*s}px`}}>
        <div role="presentation" style=${{transform:`translateY(${v*s}px)`}}>
          ${f.map(y=>It`
            <div key=${o(y)} id=${`row-${o(y)}`} class="row" role="option" aria-selected=${y===a} aria-posinset=${y+1}
                aria-setsize=${n} onClick=${()=>l(y)}>${r(y)}</div>`)}
        </div>
      </div>
    </div>`}var Zn=30,Gn=300;function Pt({name:e}){let{query:n}=$(J),s=n.type??"",a=n.text??"",r=qn(new be),[o,l]=pe([]),[i,d]=pe(""),[c,u]=pe(""),[T,p]=pe(null),[v,H]=pe(0),[f,h]=pe(0),{returns:y}=$(D),R=$(Te);Nt(()=>{let g=!0,je=setTimeout(async()=>{try{let qe=await N("recent",{stream:e,type:s,text:a,count:200});if(!g)return;r.current=new be,r.current.add(qe),d(""),u(""),l(r.current.snapshot()),ce({stream:e,events:!0,type:s,text:a})}catch(qe){g&&d(qe.message)}},s||a?Gn:0);return()=>{g=!1,clearTimeout(je)}},[e,s,a,f,y]),Nt(()=>{R&&(r.current.add(R.events,R.skipped),c||l(r.current.snapshot()))},[R]);let ee=()=>{u(""),l(r.current.snapshot()),H(g=>g+1)},O=()=>{p(null),c==="bySelection"&&ee()},w=g=>je=>F({[g]:je.target.value}),Q=c?Yn(r.current,o):0;return W`
    <div class="toolbar events-toolbar">
      <label class="field ${i?"bad":""}"><span>${t("pattern")}</span>
        <input class="mono" value=${s} placeholder=${t("patternHint")} spellcheck=${!1} autocomplete="off"
          aria-invalid=${!!i} aria-describedby="filter-fault" onInput=${w("type")} /></label>
      ${C.value?.canSeePayloads&&W`
        <label class="field"><span>${t("containing")}</span><input value=${a} spellcheck=${!1} autocomplete="off" onInput=${w("text")} /></label>`}
      <div class="buttons">
        ${c?W`
            <button key="resume" class="button primary" onClick=${ee}>
              <${b} name="play" />${t("resumeLive")}${Q>0&&` · ${t("newEvents",{n:Q})}`}</button>`:W`<button key="pause" class="button" onClick=${()=>u("byUser")}><${b} name="pause" />${t("pause")}</button>`}
        ${C.value?.canAct&&W`
          <button class="button" onClick=${()=>Qn(e,()=>h(g=>g+1))}><${b} name="discard" />${t("clearRecent")}</button>`}
      </div>
    </div>
    <p class="hint bad" id="filter-fault" role="alert" lang="en">${i}</p>
    <div class="split ${T?"has-detail":""}">
      <div class="card list">
        <p class="caption muted">
          ${c&&W`<span class="tag">${t("paused")}</span> `}${t("listed",{n:o.length})}
          ${r.current.skipped>0&&W` · ${t("skipped",{n:r.current.skipped})}`}
        </p>
        ${o.length===0?W`<${I} title=${t("waiting")} text=${t("waitingWhy")} />`:W`
          <${Ot} label=${t("eventList")} count=${o.length} rowHeight=${Zn} toTop=${v}
            selected=${T?o.findIndex(g=>g.sequence===T.sequence):-1}
            keyOf=${g=>o[g].sequence}
            row=${g=>W`<${Jn} event=${o[g]} />`}
            onSelect=${g=>{p(o[g]),c||u("bySelection")}}
            onScroll=${g=>{!g&&!c?u("byScroll"):g&&c==="byScroll"&&ee()}} />`}
      </div>
      <${Vn} event=${T} onClose=${O} />
    </div>`}function Yn(e,n){let s=n[0]?.sequence??-1,a=e.snapshot().findIndex(r=>r.sequence<=s);return a<0?e.count:a}var Jn=({event:e})=>W`
  <span class="when">${x(e.timestamp)}</span>
  <span class="mono type">${e.type}</span>
  <span class="mono muted preview">${e.data?.slice(0,300)??""}</span>
  <span class="muted size">${K(e.length)}</span>`;function Vn({event:e,onClose:n}){return e?W`
    <aside class="card detail" aria-label=${t("event")}>
      <div class="detail-head">
        <h3 class="mono">${e.type}</h3>${e.redelivered&&W`<span class="tag">${t("redelivered")}</span>`}
        <button class="button quiet" aria-label=${t("close")} onClick=${n}><${b} name="close" /></button>
      </div>
      <${ne} facts=${[{name:t("time"),value:x(e.timestamp)},{name:t("id"),value:e.id?W`<span class="mono">${e.id}</span>`:"–"},{name:t("size"),value:W`${K(e.length)} <span class="muted">#${m(e.sequence)}</span>`}]} />
      <${We} event=${e} />
    </aside>`:W`<aside class="card detail"><${I} title="" text=${t("selectEvent")} /></aside>`}async function Qn(e,n){await Y({title:t("clearAsk",{name:e}),text:t("clearWhy"),action:t("clearRecent"),isDangerous:!0})&&await se(()=>te(`streams/${encodeURIComponent(e)}/clear-recent`),()=>t("cleared",{name:e}))&&n()}import{html as le}from"./vendor/htm-preact.js";var _t=["Stopped","Open","Retrying","Running"];function Ht({handlers:e}){let n=L();if(e.length===0)return le`<${I} title=${t("noHandlers")} text=${t("noHandlersWhy")} />`;let s=(r,o=!1)=>r==null?"–":le`<span class=${r===0?"zero":o?"warn strong":""}>${U(r)}</span>`,a=r=>r==null?"–":j(r);return le`
    <div class="card">
      <table class="rows" role="table" aria-label=${t("handlers")}>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">${t("handler")}</th>
            <th role="columnheader" scope="col">${t("state")}</th>
            <th role="columnheader" scope="col" class="number" title=${t("lagWhy")}>${t("lag")}</th>
            <th role="columnheader" scope="col" class="number" title=${t("durationWhy")}>${t("duration")}</th>
            <th role="columnheader" scope="col" class="number">${t("inFlight")}</th>
            <th role="columnheader" scope="col" class="number">${t("handled")}</th>
            <th role="columnheader" scope="col" class="number" title=${t("failuresWhy")}>${t("failures")}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${[...e].sort((r,o)=>_t.indexOf(r.state)-_t.indexOf(o.state)).map(r=>le`
            <tr key=${r.name} role="row" class=${r.state==="Running"?"":"failing"}>
              <td role="cell" data-label=${t("handler")}><span class="name">${r.name}</span><span class="under mono">${r.pattern}</span></td>
              <td role="cell" data-label=${t("state")}>
                <${oe} state=${r.state} />${r.since&&le` <span class="muted">${A(r.since,n)}</span>`}
                ${r.reason&&le`<span class="under" lang="en">${r.reason}</span>`}</td>
              <td role="cell" data-label=${t("lag")} class="number">${a(r.lagMilliseconds)}</td>
              <td role="cell" data-label=${t("duration")} class="number">${a(r.durationMilliseconds)}</td>
              <td role="cell" data-label=${t("inFlight")} class="number">${s(r.inFlight)}</td>
              <td role="cell" data-label=${t("handled")} class="number">${s(r.handled)}</td>
              <td role="cell" data-label=${t("failures")} class="number">
                ${s(r.failures,!0)}${r.lastFailedAt&&le`<span class="under">${A(r.lastFailedAt,n)}</span>`}</td>
            </tr>`)}
        </tbody>
      </table>
    </div>`}import{html as q,useEffect as Kn,useState as zt}from"./vendor/htm-preact.js";function Bt({name:e,mcp:n}){return n?q`
    <div class="columns">
      <section class="card">
        <h3>${t("server")}</h3>
        <${ne} facts=${[{name:t("server"),value:n.server||"–"},{name:t("era"),value:n.protocolVersion||"–"},{name:t("transport"),value:q`${n.transport||"–"} <span class="muted" lang="en">${n.transportReason}</span>`},{name:t("sessions"),value:m(n.sessions)},{name:t("resyncs"),note:t("resyncsWhy"),value:m(n.resyncs)},{name:t("gaps"),note:t("gapsWhy"),value:m(n.gaps),isBad:n.gaps>0},{name:t("schemaFaults"),value:m(n.schemaFaults),isBad:n.schemaFaults>0}]} />
      </section>
      <${Xn} requested=${n.requested} granted=${n.granted} />
    </div>
    <${es} name=${e} />`:null}function Xn({requested:e,granted:n}){let s=["toolsChanged","promptsChanged","resourcesChanged"],a=o=>q`<span class=${o?"good":"zero"}>${o?`✓ ${t("yes")}`:t("no")}</span>`,r=(o,l,i)=>q`
    <tr key=${o}><th scope="row">${o}</th><td>${l}</td><td>${i}</td></tr>`;return q`
    <section class="card">
      <h3>${t("subscriptions")}</h3>
      <table class="rows plain">
        <thead><tr><th scope="col"></th><th scope="col">${t("requested")}</th><th scope="col">${t("granted")}</th></tr></thead>
        <tbody>
          ${s.map(o=>r(t(o),a(e[o]),a(n[o])))}
          ${r(t("logLevel"),e.logLevel||"–",n.logLevel||"–")}
          ${[...new Set([...e.resources,...n.resources])].map(o=>q`
            <tr key=${o}>
              <th scope="row"><span class="mono">${o}</span></th>
              <td>${a(e.resources.includes(o))}</td><td>${a(n.resources.includes(o))}</td>
            </tr>`)}
        </tbody>
      </table>
    </section>`}function es({name:e}){let[n,s]=zt(null),[a,r]=zt("");return Kn(()=>{N(`streams/${encodeURIComponent(e)}/event-types`).then(s,o=>r(o.message))},[e]),q`
    <section class="card">
      <h3>${t("eventTypes")}</h3>
      ${a?q`<p class="hint" lang="en">${a}</p>`:n?n.types.length===0?q`<p class="hint">${t("noEventTypes")}</p>`:q`
          <table class="rows plain">
            <thead><tr><th scope="col">${t("type")}</th><th scope="col">${t("delivery")}</th><th scope="col">${t("description")}</th></tr></thead>
            <tbody>
              ${n.types.map(o=>q`
                <tr key=${o.name}>
                  <td class="mono">${o.name}</td><td>${o.delivery.join(", ")}</td><td class="muted" lang="en">${o.description??""}</td>
                </tr>`)}
            </tbody>
          </table>`:q`<${X} label=${t("loading")} />`}
    </section>`}import{html as we,useState as ts}from"./vendor/htm-preact.js";function Ut({options:e}){let[n,s]=ts(!1),a=e.filter(r=>!n||!r.isDefault);return we`
    <div class="toolbar">
      <label class="check"><input type="checkbox" checked=${n} onChange=${()=>s(!n)} /> ${t("onlyChanged")}</label>
    </div>
    ${a.length===0?we`<p class="hint">${t("noneChanged")}</p>`:we`
      <div class="card">
        <table class="rows plain options">
          <thead><tr><th scope="col">${t("option")}</th><th scope="col">${t("value")}</th></tr></thead>
          <tbody>
            ${a.map(({key:r,value:o,isDefault:l})=>we`
              <tr key=${r} class=${l?"muted":""}>
                <td class="mono">${r}</td>
                <td class="mono">${o===""?'""':o}${l&&we` <span class="tag">${t("isDefault")}</span>`}</td>
              </tr>`)}
          </tbody>
        </table>
      </div>`}`}import{html as k,useMemo as Ue}from"./vendor/htm-preact.js";import{html as ze,useLayoutEffect as jt,useRef as qt,useState as ns}from"./vendor/htm-preact.js";import Zt from"./vendor/uplot.js";var Gt=160,Yt=-10,ss=[5,10,30,60,120,300],as=[1,2,5,10,20,50,100,200,500,1e3],Jt={ArrowLeft:-1,ArrowRight:1,PageUp:-30,PageDown:30,Home:-1/0,End:1/0};function Be({title:e,times:n,lines:s,...a}){let r=qt(null),o=qt(null),[l,i]=ns(null),d=n.length<2||s.every(({values:f})=>f.every(h=>h==null)),c=[n,...a.stacked?ls(s):s.map(({values:f})=>f)];jt(()=>{if(d||!r.current)return;let f=rs(r.current,c,a,i);return o.current=f.plot,()=>{o.current=null,f.destroy()}},[d,s.length]),jt(()=>o.current?.setData(c),[n,s]);let u=l!=null&&l<n.length?l:n.length-1,T=s.map(f=>({label:f.label,value:f.values[u]==null?"–":a.format(Number(f.values[u]))})),p=`${e}: ${T.map(({label:f,value:h})=>`${f} ${h}`).join(", ")}`,v=f=>o.current?.setCursor({left:f,top:Math.min(0,f)},!0,!0),H=f=>{if(!(f.key in Jt))return;f.preventDefault();let h=Math.min(n.length-1,Math.max(0,u+Jt[f.key]));v(o.current?.valToPos(n[h],"x")??Yt)};return ze`
    <figure class="chart card">
      <figcaption><h3>${e}</h3><span class="muted">${l!=null&&!d&&x(n[u]*1e3)}</span></figcaption>
      ${d?ze`<p key="none" class="plot muted">${t("noData")}</p>`:ze`
        <div key="plot" ref=${r} class="plot" role="img" aria-label=${p} tabindex="0" onKeyDown=${H} onBlur=${()=>v(Yt)}></div>
        <ul class="legend">${T.map(({label:f,value:h},y)=>ze`<li key=${f}><i class="swatch s${y}"></i>${f} <b>${h}</b></li>`)}</ul>`}
    </figure>`}function rs(e,n,{format:s,stacked:a,bars:r},o){let l=h=>getComputedStyle(e.parentElement?.querySelector(h)??e),i=h=>l(`.swatch.s${h-1}`).backgroundColor,d={stroke:()=>l(".plot").color,grid:{stroke:()=>l(".plot").borderTopColor,width:1},ticks:{show:!1}},c=`11px ${l(".plot").fontFamily}`,u=Array.from({length:n.length-1},(h,y)=>y+1),T=new Zt({width:e.clientWidth,height:Gt,padding:[8,14,0,0],legend:{show:!1},cursor:{y:!1,drag:{x:!1,y:!1},sync:{key:"page"},points:{show:!r,size:6}},scales:{y:{range:(h,y,R)=>[0,Math.max(r?1:.1,(Number.isFinite(R)?R:0)*1.1)]}},series:[{},...u.map(h=>({width:a?1:1.5,points:{show:!1},stroke:()=>i(h),fill:()=>r?i(h):i(h).replace(")",`, ${a?.55:.12})`),paths:r?Zt.paths.bars?.({size:[.8,20,2]}):void 0}))],bands:a?u.slice(1).map(h=>({series:[h-1,h]})):[],axes:[{...d,grid:{show:!1},font:c,size:22,gap:4,space:70,incrs:ss,values:(h,y,R,ee,O)=>y.map(w=>(O<60?x:ht)(w*1e3))},{...d,font:c,gap:6,space:28,size:os,values:(h,y)=>y.map(s),...r?{incrs:as}:{}}],hooks:{setCursor:[({cursor:h})=>o(h.idx)]}},n,e),p=new ResizeObserver(()=>T.setSize({width:e.clientWidth,height:Gt}));p.observe(e);let v=matchMedia("(prefers-color-scheme: dark)"),H=()=>T.redraw();return v.addEventListener("change",H),{plot:T,destroy:()=>{v.removeEventListener("change",H),p.disconnect(),T.destroy()}}}var os=(e,n)=>Math.max(30,10+6.5*Math.max(0,...(n??[]).map(s=>s.length)));function ls(e){let n=e[0]?.values.map((a,r)=>e.some(({values:o})=>o[r]!=null))??[],s=[];for(let{values:a}of e.toReversed())s.unshift(a.map((r,o)=>n[o]?(r??0)+(s[0]?.[o]??0):null));return s}function Vt({details:{stats:e,history:n,series:s=Pe}}){let a=Ue(()=>Dt(s),[s]),r=Ue(()=>At(s,t("otherTypes")),[s]),o=Ue(()=>[{label:t("mean"),values:s.handlerMilliseconds}],[s]),l=Ue(()=>[{label:t("reconnects"),values:s.reconnects}],[s]);return k`
    <div class="charts">
      <${Be} title=${t("byType")} times=${r.length>0?a:[]} lines=${r} format=${re} stacked />
      <${Be} title=${t("handlerDuration")} times=${a} lines=${o} format=${j} />
      <${Be} title=${t("reconnectChart")} times=${a} lines=${l} format=${U} bars />
    </div>
    <div class="columns">
      <div>
        <${is} history=${n} />
        <${cs} stats=${e} />
        <section class="card">
          <h3>${t("counters")}</h3>
          <${ne} facts=${[{name:t("received"),value:m(e.totalEventsReceived)},{name:t("dispatched"),value:m(e.dispatched)},{name:t("filtered"),value:m(e.filtered)},{name:t("unhandled"),value:m(e.unhandled)},{name:t("handlerFailures"),value:m(e.handlerFailures),isBad:e.handlerFailures>0},{name:t("payloadFaults"),value:m(e.payloadFaults),isBad:e.payloadFaults>0},{name:t("deadLetters"),value:m(e.deadLetters),isBad:e.deadLetters>0},{name:t("missedDuplicates"),value:m(e.missedDuplicates)},{name:t("comments"),value:m(e.comments)},{name:t("bytes"),value:K(e.bytesReceived)}]} />
        </section>
      </div>
      <div>
        <${ds} types=${e.eventsByType} />
        <${us} drops=${e.dropped} />
      </div>
    </div>`}function is({history:e}){let n=L();return k`
    <section class="card">
      <h3>${t("history")}</h3>
      ${e.length===0?k`<p class="hint">${t("noHistory")}</p>`:k`
        <ol class="history" tabindex="0" aria-label=${t("history")}>
          ${e.toReversed().map((s,a)=>k`
            <li key=${`${s.time}${e.length-a}`}>
              <span class="when" title=${A(s.time,n)}>${x(s.time)}</span>
              <${oe} state=${s.state} />
              <span class="muted" lang="en">${s.reason}</span>
            </li>`)}
        </ol>`}
    </section>`}function cs({stats:e}){let n=L(),s=e.positionSavedTime||e.positionStoreFault||e.handledEventId,a=(o,l)=>k`
    ${o?k`<span class="mono">${o}</span>`:"–"} ${l&&k`<span class="muted">${A(l,n)}</span>`}`,{positionSavedTime:r}=e;return k`
    <section class="card">
      <h3>${t("resume")}</h3>
      <${ne} facts=${[{name:t("lastEventId"),value:a(e.lastEventId,e.lastEventTime)},s&&{name:t("handledUpTo"),value:a(e.handledEventId,e.handledTime)},s&&{name:t("saved"),value:k`${x(r)} ${r&&k`<span class="muted">${A(r,n)}</span>`}`},e.positionStoreFault&&{name:t("storeFault"),value:k`<span lang="en">${e.positionStoreFault}</span>`,isBad:!0}]} />
      ${!s&&k`<p class="hint">${t("notStored")}</p>`}
    </section>`}function ds({types:e}){let n=Object.entries(e).sort(([,a],[,r])=>r-a),s=n.reduce((a,[,r])=>a+r,0);return k`
    <section class="card">
      <h3>${t("types")}</h3>
      ${n.length===0?k`<p class="hint">${t("noEventsYet")}</p>`:k`
        <table class="rows plain">
          <thead>
            <tr><th scope="col">${t("type")}</th><th scope="col" class="number">${t("count")}</th><th scope="col" class="share">${t("share")}</th></tr>
          </thead>
          <tbody>
            ${n.slice(0,20).map(([a,r])=>k`
              <tr key=${a}>
                <td class="mono">${a}</td><td class="number">${m(r)}</td>
                <td class="share"><meter min="0" max=${s} value=${r} aria-label=${`${a} ${t("share")}`}></meter></td>
              </tr>`)}
          </tbody>
        </table>`}
    </section>`}function us({drops:e}){let n=Object.entries(e).filter(([,s])=>s>0).sort(([,s],[,a])=>a-s);return k`
    <section class="card">
      <h3>${t("reasonsOfDrops")}</h3>
      ${n.length===0?k`<p class="hint">${t("noDrops")}</p>`:k`
        <table class="rows plain">
          <thead>
            <tr><th scope="col">${t("reason")}</th><th scope="col" class="number">${t("count")}</th><th scope="col">${t("meaning")}</th></tr>
          </thead>
          <tbody>
            ${n.map(([s,a])=>k`
              <tr key=${s}>
                <td class="mono">${s}</td><td class="number">${m(a)}</td><td class="muted">${t(s)}</td>
              </tr>`)}
          </tbody>
        </table>`}
    </section>`}function ps(e){let[n,s]=Qt(null),[a,r]=Qt(null),{returns:o}=$(D),l=$(Ce),i=$(he)===e;return rt(()=>{let d=!0;return N(`streams/${encodeURIComponent(e)}`).then(c=>d&&(s(c),r(null)),c=>d&&r(c)),()=>{d=!1}},[e,o,i]),rt(()=>{!l||l.stats.stream!==e||s(d=>d&&{...d,stats:l.stats,handlers:l.handlers??d.handlers,history:ms(d.history,l.history??[]),series:l.point?Et(d.series??Pe,l.point):d.series})},[l]),{details:n,problem:a}}var ms=(e,n)=>[...e,...n.filter(({time:s,state:a})=>!e.some(r=>r.time===s&&r.state===a))].slice(-100),hs=["overview","events","handlers","options","mcp"];function Kt({name:e,tab:n}){let{details:s,problem:a}=ps(e);rt(()=>{n!=="events"&&ce({stream:e})},[e,n]);let r=L(),o=M`<p class="crumbs"><a href="#/"><${b} name="back" />${t("streams")}</a></p>`;if(a?.status===404)return M`
    ${o}<h1 class="unseen" tabindex="-1">${e}</h1>
    <${I} title=${t("gone",{name:e})} text=${t("goneWhy")}><a class="button" href="#/">${t("allStreams")}</a><//>`;if(!s)return M`${o}<h1 tabindex="-1">${e}</h1>${a?M`<${I} title=${t("notLoaded")} text=${a.message} />`:M`<${X} label=${t("loading")} />`}`;let{stats:l}=s,i=s.handlers.some(u=>u.state!=="Running"),d=hs.filter(u=>u!=="mcp"||l.mcp),c=d.find(u=>u===n)??"overview";return M`
    ${o}
    <div class="heading">
      <div>
        <div class="title">
          <h1 tabindex="-1">${e}</h1>
          <p class="status"><${oe} state=${l.state} /> <span class="muted" title=${x(l.stateSince)}>${A(l.stateSince,r)}</span>
            ${l.nextAttemptTime&&M` · ${t("nextAttempt")} <${at} to=${l.nextAttemptTime} now=${r} />`}</p>
        </div>
        <p class="muted"><span lang="en">${l.stateReason}</span> · <span class="mono">${l.serverUrl}</span>
          ${l.node&&M` · ${t("node")} <span class="mono">${l.node}</span>`}</p>
      </div>
      ${C.value?.canAct&&M`<${fs} name=${e} isRunning=${l.isRunning} isDisabled=${l.state==="Disabled"} />`}
    </div>
    <${$s} name=${e} stats=${l} />
    <nav class="tabs" aria-label=${e}>
      ${d.map(u=>M`
        <a key=${u} href=${P(["streams",e,...u==="overview"?[]:[u]])} aria-current=${u===c?"page":void 0}>
          ${t(u)}${u==="handlers"&&i&&M` <span class="dot" title=${t("failing")}></span>`}
        </a>`)}
    </nav>
    ${c==="overview"&&M`<${Vt} details=${s} />`}
    ${c==="events"&&M`<${Pt} name=${e} />`}
    ${c==="handlers"&&M`<${Ht} handlers=${s.handlers} />`}
    ${c==="options"&&M`<${Ut} options=${s.options} />`}
    ${c==="mcp"&&M`<${Bt} name=${e} mcp=${l.mcp} />`}`}function $s({name:e,stats:n}){let s=$(z)?.rows.get(e),a=L(),r=Object.entries(n.dropped).reduce((i,[d,c])=>i+(d==="duplicate"?0:c),0),o=s?.dropsPerMinute??0,l=n.consecutiveReconnectAttempts;return M`
    <${Ie} figures=${[{name:t("eventsPerSecond"),value:re(n.eventsPerSecond),note:`${t("received")} ${U(n.totalEventsReceived)}`},{name:t("lastEvent"),value:n.lastEventTime?A(n.lastEventTime,a):"–",note:x(n.lastEventTime)},{name:t("lag"),value:j(s?.lagMilliseconds??0),note:t("lagWhy"),isBad:s?.problems.includes("lagging")},{name:t("inFlight"),value:m(n.inFlight),note:t("inFlightWhy")},{name:t("drops"),value:U(r),note:o?Re(o):t("dropsWhy"),isBad:o>0},{name:t("retries"),value:m(l),note:t("reconnectsInAll",{n:n.totalReconnectAttempts}),isBad:l>0},{name:t("deadLetters"),value:U(n.deadLetters),note:t("lettersOfStream"),isBad:n.deadLetters>0,href:P(["dead-letters"],{stream:e})}]} />`}function fs({name:e,isRunning:n,isDisabled:s}){let a=`streams/${encodeURIComponent(e)}`,r=()=>s?ue(t("staysDisabled",{name:e}),!0):se(()=>te(`${a}/start`),()=>t("started",{name:e})),o=async()=>await Y({title:t("stopAsk",{name:e}),text:t("stopWhy"),action:t("stop"),isDangerous:!0})&&se(()=>te(`${a}/stop`),()=>t("stopped",{name:e})),l=async()=>await Y({title:t("restartAsk",{name:e}),text:t("restartWhy"),action:t("restart")})&&se(()=>te(`${a}/restart`),()=>t("restarted",{name:e}));return M`
    <div class="buttons">
      ${n?M`<button key="stop" class="button" onClick=${o}><${b} name="stop" />${t("stop")}</button>`:M`<button key="start" class="button primary" onClick=${r}><${b} name="play" />${t("start")}</button>`}
      <button class="button" onClick=${l}><${b} name="restart" />${t("restart")}</button>
    </div>`}import{html as ae,useEffect as ys,useRef as vs}from"./vendor/htm-preact.js";var gs=["failing","dropping","lagging"];function Xt(){let e=$(z),{query:n}=$(J),{status:s}=$(D);if(L(),!e)return ae`<h1 class="unseen" tabindex="-1">${t("streams")}</h1><${X} label=${s==="lost"?t("lostAtOnce"):t("loading")} />`;let a=[...e.rows.values()],r=a.filter(l=>bs(l,n.find)),o=r.filter(l=>!n.show||l.problems.includes(n.show));return ae`
    <h1 class="unseen" tabindex="-1">${t("streams")}</h1>
    <${ws} rows=${a} totals=${e.totals} />
    <${Ss} found=${r} query=${n} />
    ${o.length>0?ae`<${Lt} rows=${o} query=${n} />`:a.length===0?ae`<${I} title=${t("noStreams")} text=${t("noStreamsWhy")} />`:ae`
        <${I} title=${t("noMatch")} text=${t("noMatchWhy")}>
          <button class="button" onClick=${()=>F({show:"",find:""})}>${t("clearFilters")}</button>
        <//>`}`}var bs=(e,n="")=>!n||[e.name,e.url,e.reason,e.node].some(s=>s?.toLowerCase().includes(n.toLowerCase()));function ws({rows:e,totals:n}){let s=e.reduce((r,o)=>Math.max(r,o.spark?.length??0),0),a=Array.from({length:s},(r,o)=>e.some(l=>l.spark?.[o]!=null)?e.reduce((l,i)=>l+(i.spark?.[o]??0),0):null);return ae`
    <${Ie} figures=${[{name:t("connected"),value:m(n.connected),note:t("ofStreams",{n:n.streams})},{name:t("eventsPerSecond"),value:re(n.rate),note:ae`<${_e} values=${a} label=${t("lastMinutes")} />`},{name:t("inFlight"),value:m(n.inFlight),note:t("inFlightWhy")},{name:t("dropsPerMinute"),value:m(n.dropsPerMinute),note:t("dropsWhy"),isBad:n.dropsPerMinute>0},{name:t("deadLetters"),value:n.letters==null?"–":m(n.letters),note:t("waitingLetters"),isBad:!!n.letters,href:P(["dead-letters"])}]} />`}function Ss({found:e,query:n}){let s=vs(null);ys(()=>{let r=o=>{o.key!=="/"||/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName??"")||(o.preventDefault(),s.current?.focus())};return addEventListener("keydown",r),()=>removeEventListener("keydown",r)},[]);let a=r=>{let o=r?e.filter(l=>l.problems.includes(r)).length:e.length;return ae`
      <button key=${r} class="choice ${o>0?r:""}" aria-pressed=${(n.show??"")===r}
          onClick=${()=>F({show:r})}>
        ${t(r||"all")} <b>${m(o)}</b>
      </button>`};return ae`
    <div class="toolbar">
      <div class="choices" role="group" aria-label=${t("show")}>${a("")}${gs.map(a)}</div>
      <label class="field search">
        <${b} name="search" /><span class="unseen">${t("search")}</span>
        <input ref=${s} type="search" placeholder=${t("searchHint")} value=${n.find??""} aria-keyshortcuts="/"
          onInput=${r=>F({find:r.target.value})}
          onKeyDown=${r=>r.key==="Escape"&&F({find:""})} />
        <kbd aria-hidden="true">/</kbd>
      </label>
    </div>`}function tn(){let{page:e,name:n,tab:s}=$(J),a=en(null),r=en(!0);return ot(()=>{ke().catch(()=>{})},[]),ot(()=>{e!=="stream"&&ce({}),r.current||a.current?.querySelector("h1")?.focus(),r.current=!1},[e,n]),ks(e==="stream"?n:t(e==="dead-letters"?"deadLetters":"streams")),Z`
    <a class="skip" href="#main" onClick=${o=>{o.preventDefault(),a.current?.focus()}}>${t("skip")}</a>
    <${xs} page=${e} />
    <${Cs} />
    <main id="main" tabindex="-1" ref=${a}>
      ${e==="streams"&&Z`<${Xt} />`}
      ${e==="stream"&&Z`<${Kt} key=${n} name=${n} tab=${s} />`}
      ${e==="dead-letters"&&Z`<${xt} />`}
    </main>
    <${ft} />
    <${bt} />`}function ks(e){let n=$(z)?.rows,s=n?[...n.values()].filter(r=>r.problems.includes("failing")).length:0,a=`${s?`(${s}) `:""}${e} · ${C.value?.host??"MCP SSE"}`;ot(()=>{document.title=a},[a])}function xs({page:e}){let n=$(C),s=$(z)?.totals.letters??0,a=r=>r?"page":void 0;return Z`
    <header class="top">
      <a class="brand" href="#/" aria-label=${`MCP SSE ${n?.host??""}`}>
        <img src="assets/favicon.svg" alt="" width="22" height="22" /><b>${n?.host??"MCP SSE"}</b></a>
      <nav aria-label="MCP SSE">
        <a href="#/" aria-current=${a(e!=="dead-letters")}>${t("streams")}</a>
        <a href=${P(["dead-letters"])} aria-current=${a(e==="dead-letters")}>
          ${t("deadLetters")}${s>0&&Z` <span class="badge">${m(s)}</span>`}</a>
      </nav>
      <div class="who">
        ${n?.node&&Z`<span class="muted node">${n.node}</span>`}
        ${n?.user&&Z`<span class="muted user" title=${t("signedIn",{user:n.user})}>${n.user}</span>`}
        ${n&&!n.canAct&&Z`<span class="tag" title=${t("readOnlyWhy")}><${b} name="lock" />${t("readOnly")}</span>`}
        <${Ms} />
      </div>
    </header>`}function Ms(){let{status:e}=$(D),n={loading:t("loading"),live:t("live"),resting:t("resting"),lost:t("lostShort"),denied:t("lostShort")};return Z`<span class="light ${e}">${n[e]}</span>`}function Cs(){let{status:e,lastData:n,words:s}=$(D);return L(),e==="denied"?Z`
    <div class="banner" role="alert">${t("denied",{words:s})} <button class="button quiet" onClick=${()=>location.reload()}>${t("reload")}</button></div>`:e!=="lost"?null:Z`
    <div class="banner" role="alert" aria-label=${t("lostShort")}>
      <span aria-hidden="true">${n?t("lost",{age:j(Math.max(1e3,Date.now()-n))}):t("lostAtOnce")}</span>
    </div>`}document.documentElement.lang=B;var nn=document.getElementById("app");nn&&Es(Ts`<${tn} />`,nn);
