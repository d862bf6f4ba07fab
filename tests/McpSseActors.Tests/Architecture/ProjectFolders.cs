using System.Text.RegularExpressions;
using Mono.Cecil;

namespace McpSseActors.Tests.Architecture;

/// <summary>Which folder of a project uses which other folder, as compiled.</summary>
internal sealed partial class ProjectFolders : IDisposable
{
    private readonly ModuleDefinition _module;
    private readonly Dictionary<TypeReference, string> _folders = [];

    /// <param name="project">The folder of the project.</param>
    /// <param name="assembly">The assembly that was built from it.</param>
    public ProjectFolders(string project, string assembly)
    {
        var folders = Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Select(file => (File: file, Path: Path.GetRelativePath(project, file).Split(Path.DirectorySeparatorChar)))
            .Where(source => source.Path is [not ("bin" or "obj"), _, ..])
            .SelectMany(source => DeclaredType().Matches(File.ReadAllText(source.File)).Select(type => (Name: type.Groups[1].Value, Folder: source.Path[0])))
            .ToLookup(type => type.Name, type => type.Folder, StringComparer.Ordinal);
        _module = ModuleDefinition.ReadModule(assembly);
        foreach (var type in _module.Types)
        {
            if (folders[type.Name.Split('`')[0]].Distinct().ToArray() is [var folder])
                _folders[type] = folder;
        }
    }

    /// <summary>Every use of another folder, with the types.</summary>
    public IEnumerable<FolderUse> Uses() =>
        from top in _folders
        from type in top.Key.Resolve().NestedTypes.SelectMany(Nested).Prepend(top.Key.Resolve())
        from used in UsedBy(type).Select(Outermost).Distinct()
        where _folders.ContainsKey(used) && _folders[used] != top.Value
        select new FolderUse(top.Value, _folders[used], top.Key.Name, used.Name);

    public void Dispose() => _module.Dispose();

    private static IEnumerable<TypeDefinition> Nested(TypeDefinition type) => type.NestedTypes.SelectMany(Nested).Prepend(type);

    private static TypeReference Outermost(TypeReference type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type;
    }

    private static IEnumerable<TypeReference> UsedBy(TypeDefinition type) =>
        new[] { type.BaseType }.OfType<TypeReference>()
            .Concat(type.Interfaces.Select(each => each.InterfaceType))
            .Concat(type.Fields.Select(field => field.FieldType))
            .Concat(type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType))
            .Concat(type.Methods.SelectMany(UsedBy))
            .SelectMany(Parts);

    private static IEnumerable<TypeReference> UsedBy(MethodDefinition method) =>
        SignatureOf(method)
            .Concat(method.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType))
            .Concat(method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [])
            .Concat(method.HasBody ? method.Body.Instructions.SelectMany(instruction => UsedBy(instruction.Operand)) : []);

    private static IEnumerable<TypeReference> UsedBy(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => SignatureOf(method).Concat(method.GenericArguments),
        MethodReference method => SignatureOf(method),
        _ => [],
    };

    private static IEnumerable<TypeReference> SignatureOf(MethodReference method) =>
        method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType).Append(method.DeclaringType);

    // List<Foo[]> is made of List and Foo.
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification wrapped => Parts(wrapped.ElementType),
        _ => [type],
    };

    [GeneratedRegex(@"^(?:public |internal |static |sealed |abstract |readonly |ref |partial )+(?:class|record struct|record|struct|interface|enum|delegate [^(]*?)\s*\b(\w+)[<(\s:;]", RegexOptions.Multiline)]
    private static partial Regex DeclaredType();
}

/// <summary>One folder uses another.</summary>
internal sealed record FolderUse(string From, string To, string User, string Used);
