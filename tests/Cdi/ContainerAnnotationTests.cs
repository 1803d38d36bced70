namespace GpuContainers.Cdi.Tests;

public sealed class ContainerAnnotationTests
{
    [Fact]
    public void Keys_begin_with_the_prefix_and_have_no_slash_of_the_id_CDI_111_CDI_112()
    {
        Assert.Equal("cdi.k8s.io/", ContainerAnnotations.Prefix);
        Assert.Equal("cdi.k8s.io/plugin.x_pod_1", ContainerAnnotations.Key("plugin.x", "pod/1"));
    }

    [Theory]
    [InlineData("", "id")]
    [InlineData("plugin", "")]
    [InlineData("plu/gin", "id")]
    [InlineData("-plugin", "id")]
    [InlineData("plugin", "id-")]
    [InlineData("plugin", "a b")]
    [InlineData("plugin", "0123456789012345678901234567890123456789012345678901234567")]
    public void A_key_that_kubernetes_would_refuse_is_an_error_CDI_112(string plugin, string id) =>
        Assert.Throws<CdiException>(() => ContainerAnnotations.Key(plugin, id));

    [Fact]
    public void A_name_of_63_bytes_is_the_longest_CDI_112() =>
        Assert.Equal(63, ContainerAnnotations.Key("plugin", new string('x', 56)).Length - ContainerAnnotations.Prefix.Length);

    [Fact]
    public void Values_are_full_names_joined_by_commas_CDI_113()
    {
        Assert.Equal("v/c=a,v/c=b", ContainerAnnotations.Value(["v/c=a", "v/c=b"]));
        Assert.Equal("", ContainerAnnotations.Value([]));
        Assert.Throws<CdiException>(() => ContainerAnnotations.Value(["v/c=a", "b"]));
    }

    [Fact]
    public void Updating_adds_one_key_or_changes_nothing_CDI_114()
    {
        IReadOnlyDictionary<string, string> once = ContainerAnnotations.Update(null, "p", "1", ["v/c=a"]);
        Assert.Equal("v/c=a", once["cdi.k8s.io/p_1"]);
        CdiException error = Assert.Throws<CdiException>(() => ContainerAnnotations.Update(once, "p", "1", ["v/c=b"]));
        Assert.Equal(CdiErrorReason.Exists, error.Reason);
        Assert.Throws<CdiException>(() => ContainerAnnotations.Update(once, "p", "2", ["b"]));
        Assert.Single(once);
    }

    [Fact]
    public void Parsing_takes_keys_in_byte_order_CDI_115()
    {
        var annotations = new Dictionary<string, string> { ["cdi.k8s.io/b"] = "v/c=2", ["other"] = "x", ["cdi.k8s.io/a"] = "v/c=0,v/c=1" };
        (IReadOnlyList<string> keys, IReadOnlyList<string> devices) = ContainerAnnotations.Parse(annotations);
        Assert.Equal(["cdi.k8s.io/a", "cdi.k8s.io/b"], keys);
        Assert.Equal(["v/c=0", "v/c=1", "v/c=2"], devices);
    }

    [Theory]
    [InlineData("")]
    [InlineData("v/c=0, v/c=1")]
    [InlineData("v/c=0,")]
    [InlineData("0")]
    public void A_part_that_is_no_full_name_fails_the_whole_CDI_115(string value) =>
        Assert.Throws<CdiException>(() => ContainerAnnotations.Parse(new Dictionary<string, string> { ["cdi.k8s.io/a"] = value }));

    // The toolkit's own parsing needs just these two (CDI-116).
    [Fact]
    public void The_toolkit_takes_the_prefix_and_the_test_of_names_CDI_116() => Assert.False(QualifiedDeviceName.IsQualified("0"));

    [Theory]
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
    public void The_rules_for_annotation_keys_are_a_check_of_their_own_CDI_43(string key, bool valid) =>
        Assert.Equal(valid, AnnotationRules.KeyProblem(key) is null);

    [Fact]
    public void Lengths_are_bounded_CDI_43()
    {
        Assert.Null(AnnotationRules.KeyProblem(new string('a', 63)));
        Assert.NotNull(AnnotationRules.KeyProblem(new string('a', 64)));
        Assert.NotNull(AnnotationRules.KeyProblem(new string('a', 254) + "/b"));
        CdiSpec spec = TestData.Spec() with { Annotations = new Dictionary<string, string> { ["a"] = new string('x', 262144) } };
        Assert.Contains(AnnotationRules.Problems(spec), problem => problem.Text.Contains("262145 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void Documents_with_bad_annotations_load_CDI_44()
    {
        CdiSpec spec = TestData.Read("cdiVersion: 0.6.0\nkind: a/b\nannotations: {///bad: x}\ndevices: [{name: d, containerEdits: {env: [A=1]}}]\n");
        Assert.Equal("x", spec.Annotations["///bad"]);
        Assert.Equal("annotations", Assert.Single(AnnotationRules.Problems(spec)).Member);
        Assert.Empty(SpecValidation.Problems(spec));
    }
}
