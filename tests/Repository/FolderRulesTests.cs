using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GpuContainers.Repository.Tests;

/// <summary>
/// Types of different folders know each other in one direction. A folder and those below it belong together: what stands above shows what is done below.
/// </summary>
public sealed class FolderRulesTests
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Threading; global using System.Threading.Tasks;";

    [Fact]
    public void Types_of_different_folders_form_no_circle()
    {
        TypeGraph graph = Read(SourceFiles.In("src").Select(static file => (file, string.Join('\n', SourceFiles.Lines(file)))));
        Assert.True(graph.Count > 500, "the source was not understood");
        RepositoryFiles.AssertNone(graph.Circles().Select(static circle => string.Join(" <-> ", circle)));
    }

    [Fact]
    public void A_circle_is_found()
    {
        TypeGraph graph = Read(
        [
            ("src/A/X/One.cs", "namespace A.X; class One { A.Y.Two? two; }"),
            ("src/A/Y/Two.cs", "namespace A.Y; class Two { void M() => A.Z.Three.Go(); }"),
            ("src/A/Z/Three.cs", "namespace A.Z; static class Three { public static void Go() => System.Console.Write(nameof(A.X.One)); }"),
            ("src/A/Z/Four.cs", "namespace A.Z; class Four { int One; A.Y.Two? two; }"),
        ]);
        Assert.Equal(["src/A/X/One.cs", "src/A/Y/Two.cs", "src/A/Z/Three.cs"], Assert.Single(graph.Circles()).Order(StringComparer.Ordinal));
    }

    // All files as one compilation: the compiler itself says which name is which type. Names of packages stay unknown, and nobody asks for them.
    private static TypeGraph Read(IEnumerable<(string Path, string Text)> files)
    {
        CSharpParseOptions options = new(LanguageVersion.Preview);
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':');
        CSharpCompilation compilation = CSharpCompilation.Create(
            "all",
            [CSharpSyntaxTree.ParseText(Usings, options), .. files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path))],
            platform.Where(static path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
                .Select(static path => MetadataReference.CreateFromFile(path)));
        var graph = new TypeGraph();
        foreach (SyntaxTree tree in compilation.SyntaxTrees.Skip(1))
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (TypeOf(model.GetSymbolInfo(name).Symbol) is { } used && name.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>() is { } user
                    && TypeOf(model.GetDeclaredSymbol(user)) is { } owner)
                    graph.Add(owner, used);
            }
        }
        return graph;
    }

    // The outermost type that is declared in these files.
    private static INamedTypeSymbol? TypeOf(ISymbol? symbol)
    {
        INamedTypeSymbol? type = (symbol as INamedTypeSymbol ?? symbol?.ContainingType)?.OriginalDefinition;
        while (type?.ContainingType is { } outer)
            type = outer;
        return type is null || type.DeclaringSyntaxReferences.IsEmpty ? null : type;
    }

    private sealed class TypeGraph
    {
        private readonly Dictionary<INamedTypeSymbol, HashSet<INamedTypeSymbol>> _uses = new(SymbolEqualityComparer.Default);

        internal int Count => _uses.Count;

        internal void Add(INamedTypeSymbol user, INamedTypeSymbol used)
        {
            Of(used);
            if (!SymbolEqualityComparer.Default.Equals(user, used))
                Of(user).Add(used);
        }

        // The files of types that all lead to each other, where they are of several folders (Tarjan's algorithm).
        internal IEnumerable<string[]> Circles()
        {
            Dictionary<INamedTypeSymbol, int> lowest = new(SymbolEqualityComparer.Default);
            Stack<INamedTypeSymbol> open = [];
            List<INamedTypeSymbol[]> groups = [];
            foreach (INamedTypeSymbol type in _uses.Keys.ToArray())
                _ = Visit(type, lowest, open, groups);
            return groups.Where(static group => group.Any(type => !group.All(other => AreRelated(FolderOf(type), FolderOf(other)))))
                .Select(static group => group.Select(FileOf).ToArray());
        }

        private int Visit(INamedTypeSymbol type, Dictionary<INamedTypeSymbol, int> lowest, Stack<INamedTypeSymbol> open, List<INamedTypeSymbol[]> groups)
        {
            if (lowest.TryGetValue(type, out int known))
                return known;
            int own = lowest[type] = lowest.Count;
            int low = own;
            open.Push(type);
            foreach (INamedTypeSymbol used in Of(type).ToArray())
                low = Math.Min(low, Visit(used, lowest, open, groups));
            lowest[type] = low;
            if (low < own)
                return low;
            List<INamedTypeSymbol> group = [];
            do
            {
                group.Add(open.Pop());
                lowest[group[^1]] = int.MaxValue;
            }
            while (!SymbolEqualityComparer.Default.Equals(group[^1], type));
            groups.Add([.. group]);
            return int.MaxValue;
        }

        private HashSet<INamedTypeSymbol> Of(INamedTypeSymbol type) =>
            _uses.TryGetValue(type, out HashSet<INamedTypeSymbol>? known) ? known : _uses[type] = new(SymbolEqualityComparer.Default);

        private static string FileOf(INamedTypeSymbol type) => type.DeclaringSyntaxReferences[0].SyntaxTree.FilePath;

        private static string FolderOf(INamedTypeSymbol type) => Path.GetDirectoryName(FileOf(type)) + "/";

        private static bool AreRelated(string a, string b) => a.StartsWith(b, StringComparison.Ordinal) || b.StartsWith(a, StringComparison.Ordinal);
    }
}
