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
    public void The_code_map_names_every_project()
    {
        string map = File.ReadAllText(Checkout.At("docs/code-map.md"));
        string[] projects = [.. Directory.EnumerateDirectories(Checkout.At("src")).Select(static d => Path.GetFileName(d))];
        Assert.NotEmpty(projects);
        Assert.DoesNotContain(projects, project => !map.Contains($"`src/{project}/", StringComparison.Ordinal));
    }

    [Fact]
    public void A_decision_has_a_number_of_its_own()
    {
        string[] numbers = [.. Directory.EnumerateFiles(Checkout.At("docs/adr"), "*.md").Select(static file => Path.GetFileName(file)[..4])];
        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
        Assert.All(
            Directory.EnumerateFiles(Checkout.At("docs/adr"), "*.md"),
            static file => Assert.StartsWith($"# {Path.GetFileName(file)[..4].TrimStart('0')}. ", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [GeneratedRegex(@"`((?:src|tests|simulator|eng|docs|testdata)/[^`\s…]+?\.(?:cs|sh|md|json|c|toml))`")]
    private static partial Regex NamedFile();

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)([^)#\s]+)")]
    private static partial Regex Link();
}
