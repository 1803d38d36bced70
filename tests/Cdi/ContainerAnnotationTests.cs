namespace GpuContainers.Cdi.Tests;

public sealed class ContainerAnnotationTests
{
    [Fact]
    [Requirement("CDI-111", "CDI-112")]
    public void Keys_begin_with_the_prefix_and_have_no_slash_of_the_id()
    {
        Assert.Equal("cdi.k8s.io/", ContainerAnnotations.Prefix);
        Assert.Equal("cdi.k8s.io/plugin.x_pod_1", ContainerAnnotations.Key("plugin.x", "pod/1"));
    }

    [Theory]
    [Requirement("CDI-112")]
    [InlineData("", "id")]
    [InlineData("plugin", "")]
    [InlineData("plu/gin", "id")]
    [InlineData("-plugin", "id")]
    [InlineData("plugin", "id-")]
    [InlineData("plugin", "a b")]
    [InlineData("plugin", "0123456789012345678901234567890123456789012345678901234567")]
    public void A_key_that_kubernetes_would_refuse_is_an_error(string plugin, string id) =>
        Assert.Throws<CdiException>(() => ContainerAnnotations.Key(plugin, id));

    [Fact]
    [Requirement("CDI-112")]
    public void A_name_of_63_bytes_is_the_longest() =>
        Assert.Equal(63, ContainerAnnotations.Key("plugin", new string('x', 56)).Length - ContainerAnnotations.Prefix.Length);

    [Fact]
    [Requirement("CDI-113")]
    public void Values_are_full_names_joined_by_commas()
    {
        Assert.Equal("v/c=a,v/c=b", ContainerAnnotations.Value(["v/c=a", "v/c=b"]));
        Assert.Equal("", ContainerAnnotations.Value([]));
        Assert.Throws<CdiException>(() => ContainerAnnotations.Value(["v/c=a", "b"]));
    }

    [Fact]
    [Requirement("CDI-114")]
    public void Updating_adds_one_key_or_changes_nothing()
    {
        IReadOnlyDictionary<string, string> once = ContainerAnnotations.Update(null, "p", "1", ["v/c=a"]);
        Assert.Equal("v/c=a", once["cdi.k8s.io/p_1"]);
        CdiException error = Assert.Throws<CdiException>(() => ContainerAnnotations.Update(once, "p", "1", ["v/c=b"]));
        Assert.Equal(CdiErrorReason.Exists, error.Reason);
        Assert.Throws<CdiException>(() => ContainerAnnotations.Update(once, "p", "2", ["b"]));
        Assert.Single(once);
    }

    [Fact]
    [Requirement("CDI-115")]
    public void Parsing_takes_keys_in_byte_order()
    {
        var annotations = new Dictionary<string, string> { ["cdi.k8s.io/b"] = "v/c=2", ["other"] = "x", ["cdi.k8s.io/a"] = "v/c=0,v/c=1" };
        (IReadOnlyList<string> keys, IReadOnlyList<string> devices) = ContainerAnnotations.Parse(annotations);
        Assert.Equal(["cdi.k8s.io/a", "cdi.k8s.io/b"], keys);
        Assert.Equal(["v/c=0", "v/c=1", "v/c=2"], devices);
    }

    [Theory]
    [Requirement("CDI-115")]
    [InlineData("")]
    [InlineData("v/c=0, v/c=1")]
    [InlineData("v/c=0,")]
    [InlineData("0")]
    public void A_part_that_is_no_full_name_fails_the_whole(string value) =>
        Assert.Throws<CdiException>(() => ContainerAnnotations.Parse(new Dictionary<string, string> { ["cdi.k8s.io/a"] = value }));

    // The toolkit's own parsing needs just these two.
    [Fact]
    [Requirement("CDI-116")]
    public void The_toolkit_takes_the_prefix_and_the_test_of_names() => Assert.False(QualifiedDeviceName.IsQualified("0"));

    [Theory]
    [Requirement("CDI-43")]
    [InlineData("a", true)]
    [InlineData("UPPER.Case_1", true)]
    [InlineData("example.com/name", true)]
    [InlineData("Example.COM/name", true)]
    [InlineData("///bad", false)]
    [InlineData("/name", false)]
    [InlineData("exa_mple/name", false)]
    [InlineData("example.com/", false)]
    [InlineData("-a", false)]
    [InlineData("a b", false)]
    public void The_rules_for_annotation_keys_are_a_check_of_their_own(string key, bool valid) =>
        Assert.Equal(valid, AnnotationRules.KeyProblem(key) is null);

    [Fact]
    [Requirement("CDI-43")]
    public void Lengths_are_bounded()
    {
        Assert.Null(AnnotationRules.KeyProblem(new string('a', 63)));
        Assert.NotNull(AnnotationRules.KeyProblem(new string('a', 64)));
        Assert.NotNull(AnnotationRules.KeyProblem(new string('a', 254) + "/b"));
        CdiSpec spec = TestData.Spec() with { Annotations = new Dictionary<string, string> { ["a"] = new string('x', 262144) } };
        Assert.Contains(AnnotationRules.FindProblems(spec), problem => problem.Text.Contains("262145 bytes", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("CDI-44")]
    public void Documents_with_bad_annotations_load()
    {
        CdiSpec spec = TestData.Read("cdiVersion: 0.6.0\nkind: a/b\nannotations: {///bad: x}\ndevices: [{name: d, containerEdits: {env: [A=1]}}]\n");
        Assert.Equal("x", spec.Annotations["///bad"]);
        Assert.Equal("annotations", Assert.Single(AnnotationRules.FindProblems(spec)).Member);
        Assert.Empty(spec.Validate());
    }
}
