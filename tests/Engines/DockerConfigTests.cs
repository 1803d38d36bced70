using GpuContainers.Engines.Docker;

namespace GpuContainers.Engines.Tests;

public sealed class DockerConfigTests : IDisposable
{
    private readonly EngineFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private DockerConfig Load(string text) => DockerConfig.Load(_folder.With(text).InFile);

    [Fact]
    [Requirement("CT-63")]
    public void Features_beside_ours_stay()
    {
        DockerConfig config = Load("{\"features\":{\"buildkit\":true},\"x\":1}");
        config.EnableCdi();
        Assert.Equal("{\"features\":{\"buildkit\":true,\"cdi\":true},\"x\":1}", _folder.Write(config));
    }

    [Fact]
    [Requirement("CT-64")]
    public void Features_of_another_type_are_refused()
    {
        EngineException refused = Assert.Throws<EngineException>(() => Load("{\"features\": true}").EnableCdi());
        Assert.Equal($"(1, 14): features must be an object, but is a boolean; correct {_folder.Config}", refused.Message);
    }

    [Fact]
    [Requirement("CT-120")]
    public void A_removed_default_becomes_runc_and_empty_runtimes_go()
    {
        const string text = "{\n  \"debug\": true,\n  \"default-runtime\": \"nvidia\",\n  \"runtimes\": {\n    \"nvidia\": { \"path\": \"x\" }\n  }\n}\n";
        DockerConfig config = Load(text);
        config.RemoveRuntime("nvidia");
        Assert.Equal("{\n  \"debug\": true,\n  \"default-runtime\": \"runc\"\n}\n", _folder.Write(config));
    }

    [Fact]
    [Requirement("CT-120")]
    public void Other_runtimes_and_another_default_stay()
    {
        DockerConfig config = Load("{\"default-runtime\":\"kata\",\"runtimes\":{\"kata\":{},\"nvidia\":{}}}");
        config.RemoveRuntime("nvidia");
        config.RemoveRuntime("nvidia-cdi");
        Assert.Equal("{\"default-runtime\":\"kata\",\"runtimes\":{\"kata\":{}}}", _folder.Write(config));
    }

    [Fact]
    [Requirement("CT-120")]
    public void A_document_without_members_is_written_as_braces()
    {
        DockerConfig config = Load("");
        config.AddRuntime("nvidia", "x", asDefault: false);
        config.RemoveRuntime("nvidia");
        Assert.Equal("{}", _folder.Write(config));
    }

    [Fact]
    [Requirement("CT-42")]
    public void A_missing_file_that_nothing_is_removed_from_stays_missing()
    {
        DockerConfig config = DockerConfig.Load(_folder.InFile);
        config.RemoveRuntime("nvidia");
        Assert.Null(_folder.Write(config));
    }

    [Theory]
    [Requirement("CT-125")]
    [InlineData("set", "nvidia", "{\"default-runtime\":\"nvidia\"}")]
    [InlineData("unset", "kata", "{\"default-runtime\":\"runc\"}")]
    [InlineData("unset", "nvidia", "{\"default-runtime\":\"kata\"}")]
    public void The_default_is_set_and_unset(string action, string name, string expected)
    {
        DockerConfig config = Load("{\"default-runtime\":\"kata\"}");
        config.UpdateDefault(action, name);
        Assert.Equal(expected, _folder.Write(config));
        Assert.Equal(
            "invalid action \"x\", valid actions are \"set\" and \"unset\"", Assert.Throws<EngineException>(() => config.UpdateDefault("x", name)).Message);
    }

    [Fact]
    [Requirement("CT-126")]
    public void Low_level_runtimes_are_named_by_their_paths()
    {
        Assert.Equal(
            ["/k", "/usr/bin/runc"],
            Load("{\"default-runtime\":\"kata\",\"runtimes\":{\"crun\":{\"path\":\"/k\"},\"runc\":{\"path\":\"/usr/bin/runc\"},\"kata\":{\"path\":\"/k\"}}}")
            .LowLevelRuntimePaths());
        Assert.Equal(["/c"], Load("{\"default-runtime\":\"nvidia\",\"runtimes\":{\"nvidia\":{\"path\":\"/n\"},\"crun\":{\"path\":\"/c\"},\"runc\":{}}}")
            .LowLevelRuntimePaths());
    }

    [Fact]
    [Requirement("CT-197")]
    public void A_place_is_the_one_in_the_users_file_whatever_was_edited_before()
    {
        DockerConfig config = Load("{\n  \"debug\": true,\n  \"zfeatures\": 1,\n  \"features\": 3\n}\n");
        config.AddRuntime("nvidia", "/x", asDefault: true);
        EngineException refused = Assert.Throws<EngineException>(config.EnableCdi);
        Assert.StartsWith("(4, 15): features must be an object", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("CT-197")]
    [InlineData("{\n  \"debug\": true,\n}\n", "(3, 1): a comma before '}'; remove the comma")]
    [InlineData("{\n  // remark\n}\n", "(2, 3): a comment, which JSON does not know; remove it")]
    [InlineData("{\n  \"a\": \"b\"\n  \"c\": 1\n}\n", "(3, 3): a comma or colon is missing before this")]
    [InlineData("{\n  \"a\": [1, 2", "the text ends before its value does")]
    [InlineData("{\"a\": nope}", "(1, 8): 'o' cannot stand here")]
    [InlineData("{{ runtimes }}", "(1, 1): {{ begins a template, so this is not JSON yet")]
    public void Faults_are_told_in_words_of_ours(string text, string expected)
    {
        EngineException refused = Assert.Throws<EngineException>(() => Load(text));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("reader", refused.Message, StringComparison.OrdinalIgnoreCase);
    }
}
