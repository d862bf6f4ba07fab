#compdef mcp-sse
# Completion of mcp-sse for zsh. Where the tool has nothing to say, file names are offered.
_mcp_sse() {
    compset -P '--*='
    local -a typed=("${(@)words[2,CURRENT-1]}" ${IPREFIX%=} "$PREFIX")
    local line="${(j: :)typed}"
    local -a found=(${(f)"$("${words[1]/#\~/$HOME}" "[suggest:${#line}]" "$line" 2>/dev/null)"})
    compadd -a found || _files
}
if [[ $funcstack[1] == _mcp* ]]; then
    _mcp_sse "$@"
else
    compdef _mcp_sse mcp-sse
fi
