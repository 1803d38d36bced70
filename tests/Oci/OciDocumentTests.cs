using System.Text;

namespace GpuContainers.Oci.Tests;

public sealed class OciDocumentTests
{
    [Theory]
    [Requirement("RT-80")]
    [InlineData("{} trailing }")]
    [InlineData("null")]
    [InlineData(" \n{}")]
    public void Only_the_first_value_counts_and_null_is_empty(string text)
    {
        OciDocument document = Parse(text);
        Assert.False(document.HasProcess);
        Assert.Equal(text, Text(document));
        document.AppendEnv("A=1");
        Assert.Equal(["A=1"], Parse(Text(document)).Env);
    }

    [Theory]
    [Requirement("RT-80")]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData(" \n", "unexpected end of JSON input")]
    [InlineData("{", "unexpected end of JSON input")]
    [InlineData("{\"process\":{\"env\":[\"A=", "unexpected end of JSON input")]
    [InlineData("{\"process\": tru", "unexpected end of JSON input")]
    [InlineData("[]", "cannot unmarshal array into the document")]
    [InlineData("5", "cannot unmarshal number 5 into the document")]
    [InlineData("{ not json", "line 1, column 3: ")]
    [InlineData("{\"process\":}", "line 1, column ")]
    [InlineData("{\"a\":1,}", "line 1, column 8: ")]
    [InlineData("\ufeff{}", "line 1, column 1: ")]
    public void What_is_no_object_is_an_error(string text, string message)
    {
        OciException error = Assert.Throws<OciException>(() => Parse(text));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-81")]
    public void Names_match_exactly_else_in_any_case_and_the_last_value_counts()
    {
        OciDocument document = Parse("""{"Process":{"ENV":["A=1"],"env":["B=1"]},"root":{"path":"a","PATH":"b"},"annotations":{"k":"1","k":"2"}}""");
        Assert.Equal(["B=1"], document.Env);
        Assert.Equal("b", document.RootPath);
        Assert.Equal("2", document.Annotations["k"]);
    }

    [Fact]
    [Requirement("RT-81")]
    public void A_repeated_object_keeps_the_members_of_both()
    {
        OciDocument document = Parse("""{"process":{"env":["A=1"]},"process":{"cwd":"/"}}""");
        document.AppendEnv("B=1");
        Assert.Equal("""{"process":{"env":["A=1","B=1"]},"process":{"cwd":"/"}}""", Text(document));
    }

    [Theory]
    [Requirement("RT-82")]
    [InlineData("""{"process":{"env":"A=1"}}""", "json: cannot unmarshal string into process.env: expected a list")]
    [InlineData("""{"process":{"env":[1]}}""", "process.env: expected a string")]
    [InlineData("""{"process":[]}""", "into process: expected an object")]
    [InlineData("""{"process":{"terminal":1}}""", "process.terminal: expected true or false")]
    [InlineData("""{"process":{"user":{"uid":-1}}}""", "number -1 into process.user.uid")]
    [InlineData("""{"process":{"user":{"uid":4294967296}}}""", "process.user.uid")]
    [InlineData("""{"process":{"oomScoreAdj":1.5}}""", "number 1.5 into process.oomScoreAdj")]
    [InlineData("""{"process":{"oomScoreAdj":1e3}}""", "number 1e3 into process.oomScoreAdj")]
    [InlineData("""{"linux":{"resources":{"blockIO":{"weight":65536}}}}""", "linux.resources.blockIO.weight")]
    [InlineData("""{"process":{"rlimits":[{"hard":18446744073709551616}]}}""", "process.rlimits.hard")]
    [InlineData("""{"linux":{"resources":{"memory":{"limit":9223372036854775808}}}}""", "linux.resources.memory.limit")]
    [InlineData("""{"linux":{"sysctl":{"a":1}}}""", "linux.sysctl.a: expected a string")]
    [InlineData("""{"process":{"scheduler":{"nice":2147483648}}}""", "process.scheduler.nice")]
    public void Values_must_have_their_type_and_range(string text, string message)
    {
        OciException error = Assert.Throws<OciException>(() => Parse(text));
        Assert.Equal(OciErrorReason.WrongType, error.Reason);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("RT-82")]
    [InlineData("""{"process":{"rlimits":[{"type":"x","hard":18446744073709551615,"soft":0}]},"hooks":{}}""")]
    [InlineData("""{"linux":{"resources":{"memory":{"limit":-9223372036854775808}}},"hooks":{}}""")]
    [InlineData("""{"linux":{"resources":{"memory":null,"unified":null},"devices":[null]},"mounts":[null],"hooks":{}}""")]
    public void Sixty_four_bits_and_nulls_pass_unharmed(string text)
    {
        OciDocument document = OciDocument.Parse(Encoding.UTF8.GetBytes(text), strict: true);
        _ = (document.Mounts, document.Devices);
        document.AppendHook("prestart", new OciHook { Path = "/h" });
        Assert.Equal(text.Replace("\"hooks\":{}", "\"hooks\":{\"prestart\":[{\"path\":\"/h\"}]}"), Text(document));
    }

    [Theory]
    [Requirement("RT-243")]
    [InlineData("/dev/a", """{"path":"/dev/a"}""", true)]
    [InlineData("/dev/a", """{"Path":"\/dev\/a"}""", true)]
    [InlineData("/dev/a", """{"path":"\u002fdev/\u0061"}""", true)]
    [InlineData("/dev/a", """{"path":"/dev/aa"}""", false)]
    [InlineData("/dev/a", """{"path":"/dev/b","x":"/dev/a"}""", false)]
    [InlineData("/dev/\u00e9", """{"path":"/dev/\u00e9"}""", true)]
    [InlineData("/dev/a\"b", """{"path":"/dev/a\"b"}""", true)]
    [InlineData("/dev/\ufffd", "{\"path\":\"/dev/\\ud800\"}", true)]
    public void A_device_takes_the_place_of_one_with_its_path_however_that_is_written(string path, string entry, bool isSame)
    {
        OciDocument document = Parse("{\"linux\":{\"devices\":[" + entry + "]}}");
        document.SetDevice(new OciDevice { Path = path, Type = "c", Major = 1, Minor = 2 });
        Assert.Equal(isSame ? [path] : [document.Devices[0].Path, path], document.Devices.Select(static device => device.Path));
    }

    [Theory]
    [Requirement("RT-83")]
    [InlineData("""{"futureField":{"a":[1,2.5]}}""", "futureField", "futureField")]
    [InlineData("""{"process":{"futureToo":true}}""", "futureToo", "process.futureToo")]
    [InlineData("""{"linux":{"resources":{"hugepageLimits":[{"new":null}]}}}""", "new", "linux.resources.hugepageLimits.new")]
    [InlineData("""{"linux":{"netDevices":{"eth0":{"mtu":5}}}}""", "mtu", "linux.netDevices.eth0.mtu")]
    public void Unknown_members_are_kept_or_in_strict_mode_refused(string text, string name, string path)
    {
        OciDocument document = Parse(text);
        Assert.Equal([path], document.UnknownMembers);
        document.AppendHook("poststop", new OciHook { Path = "/h" });
        Assert.StartsWith(text[..^1], Text(document), StringComparison.Ordinal);
        OciException error = Assert.Throws<OciException>(() => OciDocument.Parse(Encoding.UTF8.GetBytes(text), strict: true));
        Assert.Equal($"json: unknown field \"{name}\"", error.Message);
        Assert.Equal(OciErrorReason.UnknownMember, error.Reason);
    }

    [Fact]
    [Requirement("RT-83")]
    public void Everything_the_specification_knows_passes_in_strict_mode()
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(Root(), "testdata", "oci", "everything.json"));
        OciDocument document = OciDocument.Parse(bytes, strict: true);
        Assert.Empty(document.UnknownMembers);
        Assert.Equal(bytes, document.ToBytes());
    }

    [Fact]
    [Requirement("RT-83")]
    public void Indentation_goes_on_in_edited_lists()
    {
        OciDocument document = Parse("{\n  \"process\": {\n    \"env\": [\n      \"A=1\",\n      \"B=1\"\n    ]\n  }\n}\n");
        document.AppendEnv("C=1");
        document.AppendHook("poststop", new OciHook { Path = "/h" });
        Assert.Equal(
            "{\n  \"process\": {\n    \"env\": [\n      \"A=1\",\n      \"B=1\",\n      \"C=1\"\n    ]\n  },\n  " +
                "\"hooks\":{\"poststop\":[{\"path\":\"/h\"}]}\n}\n",
            Text(document));
    }

    [Fact]
    [Requirement("RT-155", "RT-156")]
    public void Prestart_hooks_are_removed_and_an_empty_list_with_them()
    {
        OciDocument document = Parse("""{"hooks":{"prestart":[{"path":"/a"},{"path":"/b","x":1.0},{"path":"/a"}],"poststop":[]}}""");
        Assert.Equal(2, document.RemovePrestartHooks(hook => hook.Path == "/a"));
        Assert.Equal("""{"hooks":{"prestart":[{"path":"/b","x":1.0}],"poststop":[]}}""", Text(document));
        Assert.Equal(1, document.RemovePrestartHooks(_ => true));
        Assert.Equal("""{"hooks":{"poststop":[]}}""", Text(document));
        Assert.Equal(0, document.RemovePrestartHooks(_ => true));
        document.AppendHook("prestart", new OciHook { Path = "/c", Args = ["c"] });
        Assert.Equal("""{"hooks":{"poststop":[],"prestart":[{"path":"/c","args":["c"]}]}}""", Text(document));
    }

    [Fact]
    [Requirement("RT-246")]
    public void A_hook_of_an_unknown_stage_is_an_error()
    {
        OciException error = Assert.Throws<OciException>(() => Parse("{}").AppendHook("Prestart", new OciHook()));
        Assert.Equal(("unknown hook name \"Prestart\"", OciErrorReason.UnknownHookName), (error.Message, error.Reason));
    }

    [Fact]
    public void Reading_gives_what_stands_there()
    {
        OciDocument document = Parse("""
            {"process":{"user":{"uid":1000,"gid":44,"additionalGids":[5,6]},"capabilities":{"bounding":["CAP_SYS_ADMIN"]},"env":["A=\u00e9\ud83d\ude00\ud83d"]},
             "mounts":[{"destination":"/a","type":"bind","source":"/b","options":["ro"]}],
             "hooks":{"prestart":[{"path":"/h","args":["a"],"env":["E=1"],"timeout":5}]},
             "linux":{"namespaces":[{"type":"user"}],"devices":[{"path":"/dev/x","type":"c","major":1,"minor":2,"fileMode":432,"uid":0}]}}
            """);
        Assert.Equal((1000u, 44u), (document.UserId, document.GroupId));
        Assert.Equal([5u, 6u], document.AdditionalGids);
        Assert.Equal(["CAP_SYS_ADMIN"], document.BoundingCapabilities);
        Assert.Equal(["A=\u00e9\U0001F600\ufffd"], document.Env);
        Assert.Equal(
            ("/a", "bind", "/b", "ro"), (document.Mounts[0].Destination, document.Mounts[0].Type, document.Mounts[0].Source, document.Mounts[0].Options[0]));
        Assert.Equal(("/h", "a", "E=1", 5),
            (document.PrestartHooks[0].Path, document.PrestartHooks[0].Args[0], document.PrestartHooks[0].Env[0], document.PrestartHooks[0].Timeout));
        Assert.True(document.HasUserNamespace);
        Assert.Equal(new OciDevice { Path = "/dev/x", Type = "c", Major = 1, Minor = 2, FileMode = (UnixFileMode)432, Uid = 0 }, document.Devices[0]);
    }

    private static OciDocument Parse(string text) => OciDocument.Parse(Encoding.UTF8.GetBytes(text));

    private static string Text(OciDocument document) => Encoding.UTF8.GetString(document.ToBytes());

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "GpuContainers.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not lie in the repository");
        return folder;
    }
}
