namespace GpuContainers.Repository.Tests;

/// <summary>Every id leads to the text of its rule, and every rule that is kept is proven by a test.</summary>
public sealed class RequirementRulesTests
{
    // What no test of this repository can show, and why.
    private static readonly (string Ids, string Reason)[] s_withoutTest =
    [
        ("CDI-1 to CDI-3, CT-168, HK-134, RT-15", "says what words mean, or what the rules are for; make bench holds the times"),
        ("CDI-194, CDI-199", "design: the analyzers for native code and the rules about who knows whom hold it"),
        ("CDI-121 to CDI-124", "the same rules as RT-250 to RT-255, which have tests"),
        ("CDI-183 to CDI-191", "the conformance cases of cdi generate show it"),
        ("CDI-192", "a use of CDI-148 and CDI-155 by the installer"),
        ("DS-40 to DS-45, DS-101, DS-130, DS-135, NV-30, NV-31", "how NVIDIA's toolkit is built inside, which nobody sees from outside"),
        ("HK-62, HK-95", "options that we do without"),
        ("LG-76 to LG-79", "how engines call the hook: RT-215, RT-216, CT-110 to CT-112"),
        ("CL-4 to CL-16, CL-21 to CL-33, CL-31a, CL-35 to CL-53, CL-48a, CL-56 to CL-80, CL-86 to CL-136, CL-92a, CL-99a, CL-103a, CL-103b, CL-151",
            "the conformance cases of container-cli show it"),
        ("NL-1 to NL-11, NL-17, NL-22 to NL-24", "design of nvidia-container-cli: the same cases, and the rules about who knows whom, hold it"),
        ("CG-1 to CG-8, CG-10, CG-11", "explains why GPUs are lost"),
    ];

    [Fact]
    public void Every_id_that_is_named_has_a_rule()
    {
        IEnumerable<string> unknown = RepositoryFiles.Texts().SelectMany(static file => RequirementPages.WrittenIn(File.ReadAllText(Checkout.At(file)))
            .Where(static id => !RequirementPages.Rules.ContainsKey(id)).Select(id => $"{file}: {id}")).Distinct();
        RepositoryFiles.AssertNone(unknown);
    }

    [Fact]
    public void Every_rule_that_is_kept_is_cited_by_a_test()
    {
        HashSet<string> excused = [.. RequirementPages.NotKept(), .. s_withoutTest.SelectMany(static entry => RequirementPages.MeantIn(entry.Ids))];
        RepositoryFiles.AssertNone(RequirementPages.Rules.Keys.Except(excused).Except(Cited()));
    }

    [Fact]
    public void Every_promise_that_is_kept_stands_among_the_differences()
    {
        HashSet<string> told = [.. RequirementPages.MeantIn(File.ReadAllText(Checkout.At("docs/differences.md")))];
        RepositoryFiles.AssertNone(RequirementPages.Promises.Except(RequirementPages.NotKept()).Except(told));
    }

    [Fact]
    public void A_range_names_every_rule_in_it() =>
        Assert.Equal(
        ["CL-31a", "RT-1", "RT-2", "RT-3"], RequirementPages.MeantIn("(RT-1 to RT-3, CL-31a; not XRT-4)").Distinct().Order(StringComparer.Ordinal));

    private static HashSet<string> Cited() => [.. Tests().SelectMany(static file => RequirementPages.MeantIn(string.Join('\n', SourceFiles.Lines(file))))];

    /// <summary>The rules that tests carry as a trait.</summary>
    internal static IEnumerable<string> ByAttribute() => Tests().SelectMany(static file => SourceFiles.Lines(file))
        .Where(static line => line.TrimStart().StartsWith("[Requirement(", StringComparison.Ordinal)).SelectMany(RequirementPages.MeantIn);

    // The files that speak about rules instead of proving them are left out.
    private static IEnumerable<string> Tests() =>
        SourceFiles.In("tests").Where(static file => !file.StartsWith("tests/Repository/Requirement", StringComparison.Ordinal));
}
