using System.Text;
using GpuContainers.Runtime.Prestart;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Tests.Prestart;

public sealed class HookSpecificationTests
{
    [Fact]
    [Requirement("LG-22", "LG-28")]
    public void Only_these_parts_are_used()
    {
        HookSpecification specification = Parse("""
            {"ociVersion":"1.3.0","future":[1,{"x":null}],"annotations":{"cdi.k8s.io/a":"nvidia.com/gpu=0"},"linux":{"resources":7},
             "process":{"env":["A=1","B"],"terminal":"no","args":7},"root":{"path":"/r","readonly":"?"},
             "mounts":[{"source":"/s","destination":"/d","options":7},{"destination":"/e"},null]}
            """);
        Assert.Equal("1", specification.Image.Variable("A"));
        Assert.Equal([("/s", "/d"), ("", "/e")], specification.Image.Mounts);
        Assert.Equal("/r", specification.Root);
        Assert.Empty(specification.Image.Annotations);
        Assert.False(specification.Image.IsPrivileged);
    }

    [Fact]
    [Requirement("RT-100")]
    public void Of_variables_of_one_name_the_last_counts()
    {
        ContainerFacts facts = Parse("""
            {"ociVersion":"1.0.0","process":{"env":["A=1","AB=2","A=3=4","B","NVIDIA_REQUIRE_B=1","NVIDIA_REQUIRE_A=2","NVIDIA_REQUIRE_B=3"]},"root":{}}
            """).Image;
        Assert.Equal("3=4", facts.Variable("A"));
        Assert.Equal("", facts.Variable("B"));
        Assert.False(facts.HasVariable("B"));
        Assert.Equal<KeyValuePair<string, string>>(
            [new("NVIDIA_REQUIRE_A", "2"), new("NVIDIA_REQUIRE_B", "3")], facts.VariablesWithPrefix("NVIDIA_REQUIRE_"));
    }

    [Theory]
    [Requirement("LG-21")]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("{", "unexpected end of JSON input")]
    [InlineData("{]", "line 1, column 2: ")]
    [InlineData("[]", "the specification is a list, not an object")]
    [InlineData("""{"ociVersion":1}""", "ociVersion is a number, not a string")]
    [InlineData("""{"process":[]}""", "process is a list, not an object")]
    [InlineData("""{"process":{"env":[1]}}""", "process.env is a number, not a string")]
    [InlineData("""{"root":"/r"}""", "root is a string, not an object")]
    [InlineData("""{"root":{"path":{}}}""", "root.path is an object, not a string")]
    [InlineData("""{"mounts":{}}""", "mounts is an object, not a list")]
    [InlineData("""{"mounts":[{"source":false}]}""", "mounts.source is true or false, not a string")]
    public void Broken_text_is_an_error_with_its_cause(string json, string cause)
    {
        CoreException error = Assert.Throws<CoreException>(() => Parse(json));
        Assert.StartsWith($"could not decode OCI spec: {cause}", error.Message, StringComparison.Ordinal);
    }

    // An image's variables stand in config.json too; the largest that could be started pass.
    [Theory]
    [Requirement("SEC-28")]
    [InlineData(131_072, 1, 0, true)]
    [InlineData(131_073, 1, 0, false)]
    [InlineData(1, 512 << 10, 0, true)]
    [InlineData(1, (512 << 10) + 1, 0, false)]
    [InlineData(12, 512 << 10, 0, true)]
    [InlineData(12, 512 << 10, 1, false)]
    public void More_variables_than_a_program_can_have_are_refused(int count, int length, int further, bool isRead)
    {
        string entry = $"\"{new string('A', length)}\"";
        string json = $"{{\"ociVersion\":\"1.0.0\",\"root\":{{}},\"process\":{{\"env\":[{string.Join(',', Enumerable.Repeat(entry, count))}"
            + $"{string.Concat(Enumerable.Repeat(",\"B\"", further))}]}}}}";
        if (isRead)
            Assert.Equal(count, Parse(json).Image.MalformedEntries.Count);
        else
            Assert.StartsWith("process.env of config.json has more than 131072 entries", Assert.Throws<CoreException>(() => Parse(json)).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("LG-23")]
    [InlineData("null", "Version")]
    [InlineData("{}", "Version")]
    [InlineData("""{"ociVersion":null,"process":{},"root":{}}""", "Version")]
    [InlineData("""{"ociVersion":""}""", "Process")]
    [InlineData("""{"ociVersion":"1.0.0","process":null,"root":{}}""", "Process")]
    [InlineData("""{"ociVersion":"1.0.0","process":{}}""", "Root")]
    public void Version_process_and_root_must_be_there_in_this_order(string json, string part) =>
        Assert.StartsWith($"{part} is empty in OCI spec", Assert.Throws<CoreException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    [Requirement("LG-24")]
    public void An_entry_is_split_at_its_first_equals_sign_and_the_last_of_a_name_wins()
    {
        HookSpecification specification = Parse("""{"ociVersion":"1.0.0","process":{"env":["A=1","A=2=3","NOISE",""]},"root":{}}""");
        Assert.Equal("2=3", specification.Image.Variable("A"));
        Assert.Equal(["NOISE", ""], specification.Image.MalformedEntries);
    }

    [Theory]
    [Requirement("LG-25", "LG-27")]
    [InlineData("1.0.0-rc1", true)]
    [InlineData("v1.0.0-rc1", true)]
    [InlineData("1.0.0-rc2-dev", true)]
    [InlineData("1.0.0-rc4", true)]
    [InlineData("1.0.0-rc5", false)]
    [InlineData("1.0.0-rc5-dev", false)]
    [InlineData("1.0.0-alpha", false)]
    [InlineData("1.0.0", false)]
    [InlineData("0.9.0", false)]
    [InlineData("1.3.0", false)]
    [InlineData("nonsense", false)]
    [InlineData("", false)]
    public void The_form_of_capabilities_follows_the_version(string version, bool isList)
    {
        Assert.True(WithCapabilities(version, isList ? """["CAP_SYS_ADMIN"]""" : """{"bounding":["CAP_SYS_ADMIN"]}""").Image.IsPrivileged);
        Assert.False(WithCapabilities(version, isList ? """["CAP_CHOWN"]""" : """{"bounding":["CAP_CHOWN"]}""").Image.IsPrivileged);
        string wrong = isList ? "{}" : "[]";
        Assert.StartsWith(
            "could not decode Process.Capabilities in OCI spec: ", Assert.Throws<CoreException>(() => WithCapabilities(version, wrong)).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("LG-26")]
    [InlineData("""{"bounding":"CAP_SYS_ADMIN"}""")]
    [InlineData("""{"effective":7}""")]
    [InlineData("""{"ambient":[7]}""")]
    [InlineData("7")]
    public void Capabilities_of_the_wrong_shape_are_an_error(string capabilities) =>
        Assert.Throws<CoreException>(() => WithCapabilities("1.0.0", capabilities));

    [Theory]
    [Requirement("LG-26", "LG-27")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"bounding":null}""")]
    [InlineData("""{"effective":["CAP_SYS_ADMIN"],"permitted":["CAP_SYS_ADMIN"],"inheritable":["CAP_SYS_ADMIN"],"ambient":["CAP_SYS_ADMIN"]}""")]
    [InlineData("""{"bounding":["cap_sys_admin","SYS_ADMIN"],"other":["CAP_SYS_ADMIN"]}""")]
    public void Only_the_bounding_set_makes_a_container_privileged(string capabilities) =>
        Assert.False(WithCapabilities("1.0.0", capabilities).Image.IsPrivileged);

    [Theory]
    [Requirement("LG-69")]
    [InlineData("/r", "/b", "/r")]
    [InlineData("/r/./x/../y//", "/b", "/r/y")]
    [InlineData("rootfs", "/b", "/b/rootfs")]
    [InlineData("../r", "/b/c", "/b/r")]
    [InlineData("", "/b", "/b")]
    public void A_relative_root_lies_in_the_bundle(string root, string bundle, string expected) =>
        Assert.Equal(expected, WithRoot(root).RootDirectory(bundle));

    [Fact]
    [Requirement("LG-69")]
    public void A_relative_bundle_lies_in_the_working_directory()
    {
        Assert.Equal($"{Environment.CurrentDirectory}/b/rootfs", WithRoot("rootfs").RootDirectory("b"));
        Assert.Equal($"{Environment.CurrentDirectory}/rootfs", WithRoot("rootfs").RootDirectory(""));
    }

    private static HookSpecification WithRoot(string root) => Parse($$$"""{"ociVersion":"1.0.0","process":{},"root":{"path":"{{{root}}}"}}""");

    private static HookSpecification WithCapabilities(string version, string capabilities) =>
        Parse($$$"""{"ociVersion":"{{{version}}}","process":{"capabilities":{{{capabilities}}}},"root":{}}""");

    private static HookSpecification Parse(string json) => HookSpecification.Parse(Encoding.UTF8.GetBytes(json));
}
