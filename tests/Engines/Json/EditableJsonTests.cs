using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using GpuContainers.Engines.Json;

namespace GpuContainers.Engines.Tests.Json;

public sealed class EditableJsonTests
{
    private static readonly string[] s_names = ["a", "b", "runtimes", "ü", "x<y", "q\"q"];

    private static readonly Gen<string> s_space = Choice.Of("", "", " ", "\n", "\n  ", "\r\n\t");

    private static readonly Gen<string> s_scalar = Choice.Of(
        "1", "-0.50", "1e400", "10000000000000001", "true", "null", "\"\"", "\"\\u0041\\/\"", "[ 1,2 ]", "[]", "{}");

    // Objects of objects with any white space between.
    private static Gen<string> Value(int depth) =>
        depth == 0 ? s_scalar : Gen.Frequency((2, s_scalar), (3, Object(depth)));

    private static Gen<string> Object(int depth) =>
        from names in Gen.Shuffle(s_names)
        from count in Gen.Int[0, 4]
        from values in Value(depth - 1).Array[count]
        from spaces in s_space.Array[(4 * count) + 1]
        select "{" + string.Join(',', Enumerable.Range(0, count)
            .Select(i => $"{spaces[4 * i]}{Quote(names[i])}{spaces[(4 * i) + 1]}:{spaces[(4 * i) + 2]}{values[i]}{spaces[(4 * i) + 3]}")) + spaces[^1] + "}";

    private static readonly Gen<string[]> s_path = Choice.Of(s_names).Array[1, 3];

    private static readonly Gen<JsonNode> s_value = Choice.Of("\"text\"", "true", "[]", "{\"args\":[],\"path\":\"p\"}", "{}")
        .Select(text => JsonNode.Parse(text)!);

    private static string Quote(string text) => "\"" + text.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static string Text(EditableJson json) => Encoding.UTF8.GetString(json.ToBytes());

    private static EditableJson Parse(string text) => EditableJson.Parse(Encoding.UTF8.GetBytes(text));

    [Fact]
    [Requirement("CT-48", "CT-51")]
    public void Setting_is_what_editing_the_tree_is() =>
        Gen.Select(Object(3), s_path, s_value).Sample((text, path, value) =>
        {
            EditableJson json = Parse(text);
            JsonNode tree = JsonNode.Parse(text)!;
            if (!TrySet(tree.AsObject(), path, value.DeepClone()))
            {
                Assert.Throws<EngineException>(() => json.Set(path, value));
                return;
            }
            json.Set(path, value);
            Assert.True(JsonNode.DeepEquals(tree, JsonNode.Parse(Text(json))), Text(json));
            // Once more changes nothing.
            string once = Text(json);
            json.Set(path, value);
            Assert.Equal(once, Text(json));
        });

    [Fact]
    [Requirement("CT-48", "CT-51")]
    public void A_new_member_changes_nothing_around_it() =>
        Gen.Select(Object(3), s_value).Sample((text, value) =>
        {
            EditableJson json = Parse(text);
            json.Set(["new"], value);
            string edited = Text(json);
            // What was inserted is one stretch: the old text is a beginning and an end of the new one. Only empty braces are written anew.
            if (JsonNode.Parse(text)!.AsObject().Count > 0)
            {
                int head = Common(text, edited, fromEnd: false);
                Assert.True(head + Common(text, edited, fromEnd: true) >= text.Length, edited);
            }
            json.Remove("new");
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(text), JsonNode.Parse(Text(json))));
        });

    [Fact]
    [Requirement("CT-48")]
    public void Removing_is_what_editing_the_tree_is() =>
        Gen.Select(Object(3), s_path).Sample((text, path) =>
        {
            EditableJson json = Parse(text);
            json.Remove(path);
            JsonNode tree = JsonNode.Parse(text)!;
            JsonNode? table = tree;
            foreach (string name in path[..^1])
                table = (table as JsonObject)?[name];
            (table as JsonObject)?.Remove(path[^1]);
            return JsonNode.DeepEquals(tree, JsonNode.Parse(Text(json)));
        });

    [Fact]
    public void Of_a_name_that_stands_twice_the_last_counts()
    {
        EditableJson json = Parse("{\"a\": 1, \"a\": {\"b\": 2}}");
        json.Set(["a", "b"], true);
        Assert.Equal("{\"a\": 1, \"a\": {\"b\": true}}", Text(json));
        json.Remove("a");
        Assert.Equal("{}", Text(json));
    }

    [Theory]
    [Requirement("CT-52")]
    [InlineData("{", "(1, 2): ")]
    [InlineData("{\n\"a\" 1}", "(2, 5): ")]
    [InlineData("[]", "(1, 1): the document must be an object, but is an array")]
    [InlineData("{} {}", "(1, 4): ")]
    [InlineData("{}x", "(1, 3): ")]
    public void What_is_no_object_is_refused_with_its_place(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<EngineException>(() => Parse(text)).Message);

    [Fact]
    public void A_name_that_is_not_UTF_8_is_refused_with_its_place()
    {
        byte[] text = [.. "{\n \""u8, 0xff, .. "\": 1}"u8];
        Assert.Equal("(2, 2): a member's name is not valid UTF-8", Assert.Throws<EngineException>(() => EditableJson.Parse(text)).Message);
    }

    // Of an engine that does not mind such a text either; only what is set is replaced.
    [Theory]
    [Requirement("SEC-27", "CT-48")]
    [InlineData("\"\u00ff\"")]
    [InlineData("[\"\u00ff\"]")]
    [InlineData("\"\\ud800\"")]
    public void A_text_that_is_not_UTF_8_is_kept_until_it_is_set(string value)
    {
        // Latin 1: the letter is the byte 0xff, which UTF-8 has nowhere.
        byte[] text = Encoding.Latin1.GetBytes($"{{\"a\": {value}, \"b\": {value}}}");
        var json = EditableJson.Parse(text);
        Assert.Null(json.FindText("a"));
        json.Set(["a"], "x");
        Assert.Equal(Encoding.Latin1.GetBytes($"{{\"a\": \"x\", \"b\": {value}}}"), json.ToBytes());
    }

    private static int Common(string left, string right, bool fromEnd)
    {
        int length = 0;
        while (length < Math.Min(left.Length, right.Length) && (fromEnd ? left[^(length + 1)] == right[^(length + 1)] : left[length] == right[length]))
            length++;
        return length;
    }

    // False where something that is not an object stands on the way.
    private static bool TrySet(JsonObject table, string[] path, JsonNode value)
    {
        foreach (string name in path[..^1])
        {
            table[name] ??= new JsonObject();
            if (table[name] is not JsonObject below)
                return false;
            table = below;
        }
        table[path[^1]] = value;
        return true;
    }
}
