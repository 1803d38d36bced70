using GpuContainers.Cdi.Model;

namespace GpuContainers.Cdi.Tests;

public sealed class NameTests
{
    [Theory]
    [Requirement("CDI-80")]
    [InlineData("v/c=d", "v", "c", "d")]
    [InlineData("v/c/d=e", "v", "c/d", "e")]
    [InlineData("v/c=d=e", "v", "c", "d=e")]
    [InlineData("", "", "", "")]
    [InlineData("/v/c=d", "", "", "/v/c=d")]
    [InlineData("v/c", "", "", "v/c")]
    [InlineData("=d", "", "", "=d")]
    [InlineData("v/c=", "", "", "v/c=")]
    [InlineData("vc=d", "", "", "vc=d")]
    [InlineData("v/=d", "", "", "v/=d")]
    public void Names_are_split_without_checks(string text, string vendor, string className, string name) =>
        Assert.Equal(new QualifiedDeviceName(vendor, className, name), QualifiedDeviceName.Split(text));

    [Theory]
    [Requirement("CDI-81")]
    [InlineData("acme.example/npu=0", true)]
    [InlineData("a/b=c", true)]
    [InlineData("v/c/d=e", false)]
    [InlineData("acme.example/npu=", false)]
    [InlineData("acme.example/npu=x y", false)]
    [InlineData("nvidia.com/gpu= nvidia.com/gpu=0", false)]
    [InlineData("0", false)]
    public void A_qualified_name_has_three_valid_parts(string text, bool qualified)
    {
        Assert.Equal(qualified, QualifiedDeviceName.IsQualified(text));
        Assert.Equal(qualified, QualifiedDeviceName.TryParse(text, out QualifiedDeviceName? name, out string reason));
        Assert.Equal(qualified, name is not null);
        Assert.Equal(qualified, reason.Length == 0);
    }

    [Fact]
    [Requirement("CDI-81")]
    public void An_unqualified_name_misses_the_vendor()
    {
        CdiException error = Assert.Throws<CdiException>(() => QualifiedDeviceName.Parse("gpu0"));
        Assert.Contains("missing vendor", error.Message, StringComparison.Ordinal);
        Assert.Equal(CdiErrorReason.InvalidName, error.Reason);
    }

    [Fact]
    [Requirement("CDI-82")]
    public void Joining_is_plain_concatenation() => Assert.Equal("a b/c=d/e", QualifiedDeviceName.Join("a b", "c", "d/e"));

    [Theory]
    [Requirement("CDI-38", "CDI-83")]
    [InlineData("a/b", "a", "b")]
    [InlineData("a/b/c", "a", "b/c")]
    [InlineData("a", "", "a")]
    [InlineData("/b", "", "/b")]
    [InlineData("a/", "", "a/")]
    public void A_kind_is_split_at_its_first_slash(string kind, string vendor, string className) =>
        Assert.Equal((vendor, className), QualifiedDeviceName.SplitKind(kind));

    [Theory]
    [Requirement("CDI-39", "CDI-40")]
    [InlineData("a", true)]
    [InlineData("Z9", true)]
    [InlineData("a..b", true)]
    [InlineData("a_b-c.d", true)]
    [InlineData("9a", false)]
    [InlineData("a-", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("\u00e9a", false)]
    [InlineData("", false)]
    public void Vendors_and_classes_have_one_grammar(string name, bool valid)
    {
        Assert.Equal(valid, CdiName.VendorProblem(name) is null);
        Assert.Equal(valid, CdiName.ClassProblem(name) is null);
    }

    [Theory]
    [Requirement("CDI-41", "CDI-42")]
    [InlineData("0", true)]
    [InlineData("1:0", true)]
    [InlineData("GPU-1234_a.b", true)]
    [InlineData("-a", false)]
    [InlineData("a:", false)]
    [InlineData("a/b", false)]
    [InlineData("\u00e9", false)]
    [InlineData("", false)]
    public void Device_names_have_a_grammar_for_every_version(string name, bool valid) =>
        Assert.Equal(valid, CdiName.DeviceProblem(name) is null);

    [Fact]
    [Requirement("CDI-78")]
    public void Names_for_files_come_from_the_kind()
    {
        CdiSpec spec = TestData.Spec();
        Assert.Equal("acme.example-npu", SpecNames.For(spec));
        Assert.Equal("acme.example-npu_a_b", SpecNames.ForTransient(spec, "a/b"));
        Assert.Equal("v w-c", SpecNames.For("v w", "c"));
        Assert.Throws<CdiException>(() => SpecNames.For(spec with { Kind = "acme" }));
        Assert.Throws<CdiException>(() => SpecNames.ForTransient(spec with { Kind = "/npu" }, "x"));
    }

    [Fact]
    [Requirement("CDI-4")]
    public void Byte_order_differs_from_the_order_of_utf16_units()
    {
        string[] names = ["\U0001F600", "\uFFFD", "b", "B", "10", "2", "1"];
        Array.Sort(names, Texts.Compare);
        Assert.Equal(["1", "10", "2", "B", "b", "\uFFFD", "\U0001F600"], names);
        Assert.True(Texts.Compare("a", "ab") < 0);
    }
}
