# Completion of mcp-sse for bash. Where the tool has nothing to say, file names are offered.
_mcp_sse() {
    local line=${COMP_LINE:0:COMP_POINT} candidate
    line=${line#*[[:space:]]}
    [[ $line == *="$2" ]] && line="${line%="$2"} $2"
    COMPREPLY=()
    while IFS= read -r candidate; do
        [[ $candidate && $candidate == "$2"* ]] && COMPREPLY+=("$candidate")
    done < <("${1/#\~/$HOME}" "[suggest:${#line}]" "$line" 2>/dev/null)
}
complete -o default -F _mcp_sse mcp-sse
