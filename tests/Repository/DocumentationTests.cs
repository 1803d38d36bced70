using System.Text.RegularExpressions;

namespace GpuContainers.Repository.Tests;

/// <summary>Documents that name places of the repository name what is there.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Documents() =>
        new(Directory.EnumerateFiles(Checkout.Root, "*.md").Concat(Directory.EnumerateFiles(Checkout.At("docs"), "*.md", SearchOption.AllDirectories))
            .Select(static f => Path.GetRelativePath(Checkout.Root, f)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Files_and_links_in_a_document_exist(string document)
    {
        string text = File.ReadAllText(Checkout.At(document));
        string folder = Path.GetDirectoryName(Checkout.At(document))!;
        IEnumerable<string> named = NamedFile().Matches(text).Select(static m => Checkout.At(m.Groups[1].Value));
        IEnumerable<string> linked = Link().Matches(text).Select(m => Path.Combine(folder, m.Groups[1].Value));
        Assert.DoesNotContain(named.Concat(linked), static path => !Path.Exists(path));
    }

    [Fact]
    public void The_code_map_names_the_files_of_every_room()
    {
        string map = File.ReadAllText(Checkout.At("docs/code-map.md"));
        string[] projects = [.. Directory.EnumerateDirectories(Checkout.At("src")).Select(static d => Path.GetFileName(d))];
        Assert.NotEmpty(projects);
        Assert.DoesNotContain(projects, project => !map.Contains($"`src/{project}/", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"`((?:src|tests|simulator|eng|docs|testdata)/[^`\s…]+?\.(?:cs|sh|md|json|c|toml))`")]
    private static partial Regex NamedFile();

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)([^)#\s]+)")]
    private static partial Regex Link();
}
