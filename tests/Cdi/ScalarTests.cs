using GpuContainers.Oci;

namespace GpuContainers.Cdi.Tests;

/// <summary>The scalar rules of YAML 1.1 as NVIDIA's toolkit applies them.</summary>
public sealed class ScalarTests
{
    [Theory]
    [Requirement("CDI-21", "CDI-22")]
    [InlineData("0660", "432")]
    [InlineData("010", "8")]
    [InlineData("08", "8")]
    [InlineData("0x10", "16")]
    [InlineData("0o17", "15")]
    [InlineData("0b101", "5")]
    [InlineData("-0b11", "-3")]
    [InlineData("+5", "5")]
    [InlineData("1_000", "1000")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("18446744073709551616", "1.8446744e+19")]
    [InlineData("1.0", "1")]
    [InlineData("1.10", "1.1")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("1e3", "1000")]
    [InlineData("1000000.0", "1e+06")]
    [InlineData("999999.0", "999999")]
    [InlineData("1234567.0", "1.234567e+06")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("0.1", "0.1")]
    [InlineData("-0.5", "-0.5")]
    [InlineData("0.0", "0")]
    [InlineData("3.4028235e38", "3.4028235e+38")]
    [InlineData("y", "true")]
    [InlineData("Off", "false")]
    [InlineData("TRUE", "true")]
    [InlineData(".inf", "+Inf")]
    [InlineData("-.INF", "-Inf")]
    [InlineData(".NaN", "NaN")]
    [InlineData(".5_0", "0.5")]
    public void A_plain_scalar_becomes_the_text_of_its_value(string written, string text) => Assert.Equal(text, Text(written));

    [Theory]
    [Requirement("CDI-21")]
    [InlineData("190:5")]
    [InlineData("1e400")]
    [InlineData("0b2")]
    [InlineData("0x")]
    [InlineData("_1")]
    [InlineData("0o8")]
    [InlineData("yEs")]
    [InlineData("nul")]
    [InlineData("-")]
    [InlineData("+")]
    [InlineData("..5")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("2024-01-02")]
    [InlineData("2024-1-2T3:4:5Z")]
    [InlineData("2024-01-02 03:04:05.678")]
    [InlineData("2024-01-02t03:04:05+01:00")]
    [InlineData(".5_")]
    [InlineData("._5")]
    public void Everything_else_is_a_string_as_written(string written) => Assert.Equal(written, Text(written));

    [Theory]
    [Requirement("CDI-21", "CDI-25")]
    [InlineData("~")]
    [InlineData("null")]
    [InlineData("NULL")]
    [InlineData("")]
    public void Null_leaves_the_zero_value(string written) => Assert.Equal("", Text(written));

    [Theory]
    [Requirement("CDI-21", "CDI-27")]
    [InlineData("'0660'", "0660")]
    [InlineData("\"yes\"", "yes")]
    [InlineData("'~'", "~")]
    [InlineData("!!str 0660", "0660")]
    [InlineData("!!int '0x10'", "16")]
    [InlineData("!!float 1", "1")]
    [InlineData("!!binary QT0x", "A=1")]
    [InlineData("!unknown abc", "abc")]
    [InlineData("!unknown 0660", "0660")]
    [InlineData("!unknown y", "y")]
    [InlineData("!!seq ~", "~")]
    [InlineData("! 1.10", "1.10")]
    [InlineData("!!float -9223372036854775808", "-9.223372e+18")]
    [InlineData("!!binary 4pj/", "\ufffd\ufffd\ufffd")]
    [InlineData("!!timestamp 2024-01-02", "2024-01-02")]
    public void Quotes_and_tags_decide(string written, string text) => Assert.Equal(text, Text(written));

    [Theory]
    [Requirement("CDI-27")]
    [InlineData("!!int abc")]
    [InlineData("!!int 1.5")]
    [InlineData("!!bool 5")]
    [InlineData("!!null x")]
    [InlineData("!!float x")]
    [InlineData("!!float 18446744073709551615")]
    [InlineData("!!timestamp x")]
    [InlineData("!!timestamp 2024-02-30")]
    [InlineData("!!timestamp 2024-01-02 24:00:00")]
    [InlineData("!!timestamp 2024-01-02T03:04:05")]
    [InlineData("!!binary '*'")]
    public void A_tag_that_does_not_fit_is_an_error(string written) => Assert.Throws<CdiException>(() => Text(written));

    [Theory]
    [Requirement("CDI-23")]
    [InlineData("0660", 432)]
    [InlineData("0o660", 432)]
    [InlineData("0x1B0", 432)]
    [InlineData("432.0", 432)]
    [InlineData("4.32e2", 432)]
    [InlineData("~", null)]
    public void Integers_have_many_notations(string written, int? mode) =>
        Assert.Equal((UnixFileMode?)(uint?)mode, Node($"fileMode: {written}").FileMode);

    [Theory]
    [Requirement("CDI-23")]
    [InlineData("fileMode: '0660'")]
    [InlineData("fileMode: yes")]
    [InlineData("fileMode: 1.5")]
    [InlineData("fileMode: -1")]
    [InlineData("uid: 4294967296")]
    [InlineData("major: 1e30")]
    [InlineData("major: .nan")]
    [InlineData("major: !unknown 3")]
    [InlineData("major: -9223372036854775809")]
    [InlineData("uid: -0.0")]
    [InlineData("major: abc")]
    public void What_is_no_integer_in_range_is_an_error(string member) => Assert.Throws<CdiException>(() => Node(member));

    [Fact]
    [Requirement("CDI-23")]
    public void A_float_becomes_an_integer_by_its_shortest_digits() => Assert.Equal(4611686018427388000, Node("major: 4611686018427387904.0").Major);

    [Theory]
    [Requirement("CDI-24")]
    [InlineData("on", true)]
    [InlineData("No", false)]
    [InlineData("~", false)]
    public void Booleans_come_from_booleans_only(string written, bool value)
    {
        Assert.Equal(value, Rdt($"enableMonitoring: {written}").EnableMonitoring);
        Assert.Throws<CdiException>(() => Rdt("enableMonitoring: 'true'"));
        Assert.Throws<CdiException>(() => Rdt("enableMonitoring: 1"));
    }

    [Fact]
    [Requirement("CDI-25")]
    public void Null_means_absent_for_lists_maps_and_nullable_numbers()
    {
        CdiDevice device = Device("containerEdits: {env: ~, hooks: null, deviceNodes: [{path: /a, uid: ~}], additionalGids: [~], mounts: }");
        Assert.Empty(device.ContainerEdits.Env);
        Assert.Null(device.ContainerEdits.DeviceNodes[0].Uid);
        Assert.Equal([0u], device.ContainerEdits.AdditionalGids);
        Assert.Equal([""], Device("containerEdits: {env: [null]}").ContainerEdits.Env);
    }

    [Theory]
    [Requirement("CDI-25")]
    [InlineData("deviceNodes")]
    [InlineData("mounts")]
    [InlineData("hooks")]
    [InlineData("netDevices")]
    public void A_null_entity_is_an_error_of_the_file(string list) =>
        Assert.Equal(CdiErrorReason.Structure, Assert.Throws<CdiException>(() => Device($"containerEdits: {{{list}: [null]}}")).Reason);

    [Fact]
    [Requirement("CDI-26")]
    public void Keys_become_text()
    {
        CdiDevice device = Device("annotations: {y: a, 0x10: b, 1.50: c, .NaN: d, -.INF: e, 1e39: f}");
        Assert.Equal(["-.inf", ".inf", ".nan", "1.5", "16", "true"], device.Annotations.Keys.Order(StringComparer.Ordinal));
        Assert.Throws<CdiException>(() => Device("annotations: {~: a}"));
        Assert.Throws<CdiException>(() => Device("annotations: {9223372036854775808: a}"));
        Assert.Throws<CdiException>(() => Device("annotations: {[a]: b}"));
        Assert.Throws<CdiException>(() => Device("annotations: {? {a: b} : c}"));
    }

    private static CdiDevice Device(string members) =>
        CdiSpecReader.Parse(System.Text.Encoding.UTF8.GetBytes($"devices: [{{{members}}}]\n"), "test").Spec!.Devices[0];

    private static string Text(string written) => Device($"name: {written}").Name;

    private static DeviceNode Node(string member) => Device($"containerEdits: {{deviceNodes: [{{path: /dev/x, {member}}}]}}").ContainerEdits.DeviceNodes[0];

    private static IntelRdt Rdt(string member) => Device($"containerEdits: {{intelRdt: {{{member}}}}}").ContainerEdits.IntelRdt!;
}
